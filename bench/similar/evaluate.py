"""How well similar texts are found: R@1, R@10, MRR by difficulty, and how long it takes.

    python bench/similar/evaluate.py [--distractors 10000] [--part tuned|held-out|all|unseen] [--bands] [--misses]

31 known matters (matters.txt: four texts each, every one worded by another hand) stand among generated texts in the
same manner: letters of about 250 characters on some 130 subjects, one in five a proposal of about 1,100; some hundred
of every 10,000 are on the topic of a given matter, in another place. Figures are averaged over matters; R@k is the
share of min(k, relevant) found. Weights were chosen on the even matters (tuned); the odd ones (held out) were only
measured, but looked at. ``unseen`` asks matters_unseen.txt instead: written after the weights, never used to choose any.

  near copy   the first text with numbers changed, a sentence left out and one of another hand put in
  adapted     what neighbours do with a shared draft: own title, own words, about half the sentences of the first text
  reworded    four hands that share hardly a word but the place; the other three to be found
  title only  the titles of those alone, without a body (a draft just begun); the other three texts to be found

The goal (R@1 .90, MRR .93) is set for matters as they reach an office, near copy and adapted; the two below show where
words end.
"""

import argparse
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")

import django  # noqa: E402

django.setup()

import gen_texts  # noqa: E402

from huisheng.search.bench import scratch_index  # noqa: E402
from huisheng.search.index import Findable, put_many  # noqa: E402
from huisheng.search.similar import similar  # noqa: E402

Matter = list[tuple[str, str]]
DIFFICULTIES = ("near copy", "adapted", "reworded", "title only")


MATTERS = "matters.txt"


@cache
def matters(name: str = "") -> list[tuple[str, Matter]]:
    """(what it is about, its four texts) of every known matter."""
    text = (HERE / (name or MATTERS)).read_text(encoding="utf-8")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    blocks = [block.strip().splitlines() for block in text.strip().split("\n\n")]
    return [(block[0][2:], [tuple(line.split("｜", 1)) for line in block[1:]]) for block in blocks]


OPENINGS = (
    "现将{p}的有关情况反映如下。",
    "尊敬的领导，您好！我想反映一下{p}的事。",
    "近日，我们就{p}的问题走访了二十余户群众，召开了座谈会。",
    "我是一名普通居民，说的是{p}。",
    "每次和邻居们聊天，大家都要说到{p}。",
    "今年以来，关于{p}的来信来电明显增多。",
)
FILLERS = (
    "这个问题由来已久，群众反映强烈，多次向有关单位反映，一直没有得到根本解决。",
    "这件事虽小，却关系到千家万户的切身利益，也关系到党和政府在群众心中的形象。",
    "我们也理解有关部门有难处，但是总得有个说法，有个时间表。",
    "此前曾打过热线电话，答复说正在研究，至今没有下文。",
    "随着城区不断发展，人口持续增加，原有的条件已经不能满足大家的需要。",
)
CLOSINGS = (
    "妥否，请研究。",
    "盼望早日得到答复，谢谢！",
    "{p}的事就拜托各位领导了。",
    "以上建议，请有关部门研究采纳。",
    "希望能到{p}实地看一看。",
)


def sent(place: str, body: str, salt: str) -> str:
    """The body as it would be sent: opening, what it says, what everybody says, closing."""
    r = random.Random(salt)
    parts = [r.choice(OPENINGS), body, *r.sample(FILLERS, 2), r.choice(CLOSINGS)]
    return "".join(part.format(p=place) if part is not body else body for part in parts)


# Places of the generated texts on the known matters' own topics: other places, else they would be the same matter.
ELSEWHERE = (
    "丹江 东林 西坡 石嘴 二十里铺 聂寨 任庄 马固 杨家沟 望江 安居 北塔 清河 听松 白杨 槐树湾 双桥 曹庄 柿园 孟津 柳林 关帝庙 "
    "大桥口 三官庙 鹿台 沙窝 竹园 铁炉 寺后 楼子"
).split()
HERE_TOO = (*gen_texts.STREETS, *gen_texts.COMMUNITIES)  # other matters of the same places
gen_texts.COMMUNITIES = ELSEWHERE
gen_texts.STREETS = [name + "街道" for name in "工业路 矿山 柏林 青龙 云溪 锦绣 长盛 通航".split()] + [
    "石桥镇",
    "南岗乡",
]

# What else people write about: (subject, what is said to be wrong with it), besides the 36 topics of gen_texts.
SUBJECTS = [
    pair.split("：")
    for pair in (
        "公共厕所：数量少 气味大 没有水；共享单车：乱停乱放 挤占盲道 无人清运；早餐网点：流动摊 油烟大 没有执照；房产证办理：手续不全 拖延多年 开发商失联；"
        "拖欠工资：包工头跑路 欠薪 农民工讨薪；占道施工：围挡不撤 工期拖延 路面开挖；网吧管理：未成年人 通宵营业 登记不实；餐饮油烟：排烟管 开窗难闻 没有净化；"
        "建筑垃圾：偷倒渣土 堆成小山 无人清理；行道树：遮挡信号灯 飞絮 枯枝坠落；高空抛物：烟头 花盆 没有监控；群租房：隔断 消防隐患 流动人口；"
        "户籍迁移：材料多 跑多趟 政策不清；社保转移：断缴 系统不通 退休办理；退役军人：安置 优抚 荣誉牌；法律援助：律师少 申请难 宣传不够；"
        "信访接待：推诿 久拖不决 回复敷衍；红绿灯：配时不合理 等待太长 行人过不去；斑马线：磨损 看不清 没有安全岛；公交站台：没有雨棚 座椅损坏 站牌错误；"
        "出租车：拒载 不打表 绕路；货车夜间鸣笛：高音喇叭 睡不着 没人查；工地夜间施工：打桩 灯光刺眼 审批；光污染：霓虹灯 大屏 幕墙反光；异味气体：化工味 半夜排放 头疼；"
        "井盖：松动 丢失 砸到轮胎；架空线缆：蜘蛛网 低垂 弱电；燃气管道：未通气 老化 泄漏；自建房：违建 出租 裂缝；危房：鉴定 搬迁 补偿；征地补偿：标准低 款项未到 安置房；"
        "安置房：质量差 漏水 迟迟不交房；烂尾楼：停工 按揭 复工；学区划分：距离远 调整 公示；幼儿园收费：偏高 乱收费 退费；校车：超载 线路 年检；职业技能培训：走过场 补贴 证书；"
        "疫苗接种：排队 缺苗 预约；殡仪馆：收费高 服务差 黑车；献血屋：位置偏 时间短 志愿者；急救：到达慢 车辆少 担架；中医馆：药材 坐诊 推广；医院停车：入口堵 收费 诊室远；"
        "药店：医保卡 串换 价格；粮食收购：压价 打白条 烘干；秸秆：焚烧 还田 离田；农机：补贴 维修 作业道；灌溉水渠：淤堵 渗漏 抽水费；温室大棚：塌陷 保险 技术员；"
        "畜禽养殖：粪污 气味 禁养区；林果病虫：打药 防治 减产；农村宅基地：审批 纠纷 超占；村务公开：账目 分红 三资；乡村道路：坑洼 桥窄 会车；文化下乡：场次少 戏曲 老百姓；"
        "图书馆：闭馆早 座位少 藏书旧；电影院：票价 消防 放映；博物馆：展陈 讲解 周末；非遗项目：后继无人 传习所 资金；体育赛事：承办 冠名 志愿者；足球场：草皮 收费 校园；"
        "游泳馆：水质 救生员 深水证；网络诈骗：刷单 老年人 养老钱；毒品预防：宣传 禁毒 社区康复；家庭暴力：庇护 告诫书 妇女；留守儿童：陪伴 隔代 心理；老年大学：名额 课程 抢报；"
        "婚介：彩礼 骗婚 移风易俗；民族团结：清真 风俗 交流；商标保护：冒用 老字号 地理标志；预付卡：跑路 健身房 退款；快餐外卖：骑手 逆行 餐盒；电商平台：假货 售后 投诉；"
        "电子政务：卡顿 重复登录 老人不会用；营业执照：注销 地址 年报；招标投标：围标 门槛 公示；园区道路：未验收 路灯 排水；工业用电：电价 停电 增容；尾矿库：溃坝 监测 闭库；"
        "噪声监测：数据 公布 点位；水源地：保护区 网箱 垂钓；湿地：候鸟 填埋 保护；光伏：屋顶 并网 租金；新能源车：电池 补贴 年检；地名标志：路牌 错字 门牌；人防工程：出租 渗水 口部；"
        "防汛物资：沙袋 泵车 仓库；森林防火：巡护 烟火 隔离带；消防栓：无水 圈占 检修；应急广播：喇叭 演练 预警；气象服务：预报 防雷 墒情；志愿服务：积分 保险 队伍"
    ).split("；")
]


def letter(i: int) -> dict[str, str]:
    """A distractor of the known matters' own kind: another matter or another place, the same manner of writing."""
    r = random.Random(f"letter/{i}")
    suffix = ("小区", "社区", "村", "路", "片区", "巷", "路口")
    if r.random() < 0.25:
        item = gen_texts.opinion(i)
        return item | {"body": sent(r.choice(ELSEWHERE) + r.choice(suffix), item["body"], f"letter/{i}")}
    place = r.choice(tuple(place for place, _ in matters("matters.txt")) if r.random() < 0.04 else HERE_TOO)
    if len(place) < 4:
        place += r.choice(suffix)
    subject, said = r.choice(SUBJECTS)
    wrong = said.split()
    r.shuffle(wrong)
    parts = [
        f"{place}的{subject}问题突出，{wrong[0]}、{wrong[1]}，{r.choice(('大家意见很大', '已经好几年了', '天天都能碰到'))}。",
        f"尤其是{wrong[2]}，{r.choice(('希望派人看一看', '请主管单位拿出办法', '反映多次没有下文', '建议列入年度计划'))}。",
        gen_texts.opinion(i)["body"].split("。")[r.choice((0, 1))] + "。" if r.random() < 0.3 else "",
    ]
    titles = (
        f"关于{place}{subject}问题的建议",
        f"{place}{wrong[0]}，{subject}没人管",
        f"关于规范{subject}的提案",
        f"{place}{subject}{wrong[1]}",
    )
    return {"title": r.choice(titles), "body": sent(place, "".join(parts), f"letter/{i}")}


def near_copy(matter: Matter, salt: str) -> tuple[str, str]:
    r = random.Random(salt)
    title, body = matter[0]
    parts = re.findall(r"[^。？！]+[。？！]", body)
    if len(parts) > 2:
        parts.pop(r.randrange(len(parts)))
    parts.insert(r.randrange(len(parts) + 1), re.findall(r"[^。？！]+[。？！]", matter[2][1])[-1])
    swaps = {
        "建议": "希望",
        "居民": "住户",
        "严重": "突出",
        "没有": "缺少",
        "两": "三",
        "三": "四",
        "十": "二十",
    }
    copied = "".join(parts)
    for old in r.sample(sorted(swaps), 4):
        copied = copied.replace(old, swaps[old])
    return title.replace("建议", "提案"), copied


def adapted(matter: Matter, i: int) -> tuple[str, str]:
    """The i-th text as somebody writes it who has the first one at hand; the first is itself."""
    title, body = matter[i]
    if i == 0:
        return title, body
    r = random.Random(f"adapted/{title}")
    shared = re.findall(r"[^。？！]+[。？！]", matter[0][1])
    own = re.findall(r"[^。？！]+[。？！]", body)
    taken = sorted(r.sample(range(len(shared)), (len(shared) + 1) // 2))
    mixed = own + [shared[at] for at in taken]
    r.shuffle(mixed)
    return title, "".join(mixed)


def questions(about: tuple[str, Matter], difficulty: str, number: int) -> list[tuple[str, str, set[int]]]:
    """(title, body, positions in the matter that should be found)."""
    place, matter = about
    others = [{0, 1, 2, 3} - {i} for i in range(4)]
    if difficulty == "near copy":
        title, body = near_copy(matter, f"copy/{number}")
        return [(title, sent(place, body, f"copy/{number}"), {0})]
    if difficulty == "title only":
        return [(title, "", others[i]) for i, (title, _) in enumerate(matter)]
    if difficulty == "adapted":
        texts = [adapted(matter, i) for i in range(4)]
        return [
            (title, sent(place, body, f"{number}/{i}"), others[i]) for i, (title, body) in enumerate(texts)
        ]
    return [(title, sent(place, body, f"{number}/{i}"), others[i]) for i, (title, body) in enumerate(matter)]


def corpus(distractors: int, by_neighbours: bool) -> Iterator[Findable]:
    """The known matters first (numbers 1 …), then the distractors."""
    number = 0
    for m, (place, matter) in enumerate(matters()):
        for i, (title, body) in enumerate(matter):
            number += 1
            if by_neighbours:
                title, body = adapted(matter, i)
            yield Findable("bench", number, title, sent(place, body, f"{m}/{i}"))
    for i in range(distractors):
        number += 1
        item = gen_texts.proposal(i) if i % 5 == 0 else letter(i)
        yield Findable("bench", number, item["title"], item["body"])


def measure(
    part: str, difficulty: str, using: str, times: list[float], say: list[str], scores: list
) -> tuple:
    """(R@1, R@10, MRR) averaged over the matters of the part."""
    r1, r10, mrr = [], [], []
    for number, matter in enumerate(matters()):
        if part in ("tuned", "held-out") and (number % 2 == 0) != (part == "tuned"):
            continue
        own = []
        for i, (title, body, relevant) in enumerate(questions(matter, difficulty, number)):
            wanted = {number * 4 + position + 1 for position in relevant}
            left_out = set() if difficulty == "near copy" else {number * 4 + i + 1}
            begun = time.perf_counter()
            matches = similar(title, body, "bench", 20, left_out, using=using)
            times.append((time.perf_counter() - begun) * 1000)
            found = [match.record_id for match in matches]
            scores += [(match.score, (match.record_id - 1) // 4 == number) for match in matches]
            ranks = [rank for rank, record in enumerate(found, 1) if record in wanted]
            own.append(
                (
                    bool(ranks and ranks[0] == 1),
                    sum(rank <= 10 for rank in ranks) / min(10, len(wanted)),
                    1 / ranks[0] if ranks else 0.0,
                )
            )
            if not ranks or ranks[0] > 1:
                say.append(f"{difficulty}: {title} → {ranks[:1]} {found[:3]}")
        for figures, column in zip((r1, r10, mrr), zip(*own, strict=True), strict=True):
            figures.append(statistics.mean(column))
    return statistics.mean(r1), statistics.mean(r10), statistics.mean(mrr)


def bands(scores: list[tuple[float, bool]]) -> None:
    print("\nscore >=   share that is the same matter, how many")
    for at in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15):
        above = [same for score, same in scores if score >= at]
        if above:
            print(
                f"{at:8.2f}   {statistics.mean(above):.3f}  {len(above)}   of all same: {sum(above) / sum(s for _, s in scores):.2f}"
            )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--distractors", type=int, default=10_000)
    options.add_argument("--part", choices=("tuned", "held-out", "all", "unseen"), default="all")
    options.add_argument("--bands", action="store_true", help="how sure a score is")
    options.add_argument("--misses", action="store_true", help="the questions whose first answer was wrong")
    asked = options.parse_args()
    if asked.part == "unseen":
        global MATTERS
        MATTERS = "matters_unseen.txt"
    times: list[float] = []
    say: list[str] = []
    scores: list[tuple[float, bool]] = []
    rows = {}
    for by_neighbours in (True, False):
        with scratch_index() as using:
            put_many(corpus(asked.distractors, by_neighbours), using)
            for difficulty in DIFFICULTIES:
                if (difficulty in DIFFICULTIES[:2]) == by_neighbours:
                    rows[difficulty] = measure(asked.part, difficulty, using, times, say, scores)
    print(f"{asked.part}, {asked.distractors} distractors\n{'':12}  R@1   R@10  MRR")
    for difficulty in DIFFICULTIES:
        print(f"{difficulty:12} {' '.join(f'{figure:.3f}' for figure in rows[difficulty])}")
    print(
        f"{'mean':12} {' '.join(f'{statistics.mean(column):.3f}' for column in zip(*rows.values(), strict=True))}"
    )
    times.sort()
    print(
        f"p50 {times[len(times) // 2]:.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms, first of each index included"
    )
    if asked.bands:
        bands(scores)
    if asked.misses:
        print("\n".join(say))


if __name__ == "__main__":
    main()
