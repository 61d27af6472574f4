"""Suggestions: a category learned from examples, a unit with its ground; silent when unsure."""

import subprocess
import sys

import pytest

from huisheng.search.suggest import Classifier, clauses, duty_match, suggest_units

DUTIES = [
    (1, "区环境保护局", "负责大气污染防治、水污染防治、噪声监管等方面的工作，受理涉及环境监测的提案。"),
    (2, "区城市管理局", "负责市容环卫、路灯照明、占道经营等方面的工作，受理涉及生活垃圾清运的提案。"),
    (3, "区教育体育局", "负责学校建设、校园安全、教师队伍等方面的工作，受理涉及全民健身的提案。"),
    (4, "区水务局", "负责农村饮水、河道治理、防汛抗旱等方面的工作，受理涉及节约用水的提案。"),
]
KINDS = {
    "城建": ("路灯 照明 道路 坑洼 井盖 公交 停车", "修路"), "教育": ("学校 教师 食堂 午餐 课后 幼儿园 操场", "孩子"),
    "环保": ("扬尘 污水 噪声 异味 垃圾 焚烧 河道", "空气"), "医疗": ("医院 医生 挂号 药品 护士 门诊 疫苗", "看病"),
}  # fmt: skip


def examples(per_label):
    texts = []
    for n in range(per_label):
        for label, (words, last) in KINDS.items():
            own = words.split()
            one, two = own[n % len(own)], own[(n // 2 + 3) % len(own)]
            texts.append((f"反映{one}的问题，{two}也不好，{last}成了难事，第{n}次了", label))
    return texts


def test_a_category_is_learned_and_given_with_its_confidence():
    model = Classifier.train(examples(40))
    top = model.top("小区门口路灯不亮，路面坑洼，停车也难，请派人修路")
    assert top[0][0] == "城建"
    assert len(top) == 3
    assert sum(sure for _, sure in model.top("路灯", 9)) == pytest.approx(1)
    assert not model.abstains("小区门口路灯不亮，路面坑洼，停车也难，请派人修路")


def test_it_abstains_when_unsure():
    model = Classifier.train(examples(40))
    for nothing in ("", "\0", "。。。", "婚姻登记处周末开放", "a" * 10_000):
        assert model.abstains(nothing)


def test_five_texts_are_enough_to_work_and_one_kind_is_not_enough_to_say():
    model = Classifier.train(examples(2)[:5])
    assert len(model.top("医院挂号难")) == 3
    assert model.abstains("婚姻登记处周末开放")
    only = Classifier.train([("路灯不亮", "城建")])
    assert only.top("路灯") == [("城建", 1.0)]
    assert only.abstains("路灯")
    with pytest.raises(ValueError, match="没有可供学习的文本"):
        Classifier.train([])


def test_a_kept_classifier_answers_the_same():
    model = Classifier.train(examples(20))
    again = Classifier.loads(model.dumps())
    for text in ("医院挂号难", "河道里有污水", ""):
        assert [label for label, _ in again.top(text)] == [label for label, _ in model.top(text)]
        assert [sure for _, sure in again.top(text)] == pytest.approx([sure for _, sure in model.top(text)])
        assert again.abstains(text) == model.abstains(text)


def test_answering_needs_no_scikit_learn():
    code = (
        "import sys; from huisheng.search import suggest; m = suggest.Classifier(['a', 'b'], bias=[0.0, 1.0]);"
        "m.top('路灯'); suggest.duty_match('路灯', []); print('sklearn' in sys.modules or 'numpy' in sys.modules)"
    )
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.settings_test",
        "PYTHONPATH": ":".join(filter(None, sys.path)),
        "PATH": "",
    }
    setup = "import django; django.setup();"
    answer = subprocess.run(
        [sys.executable, "-c", setup + code], env=env, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def test_duties_are_read_clause_by_clause():
    assert clauses(DUTIES[0][2]) == ["大气污染防治", "水污染防治", "噪声监管", "环境监测"]


def test_the_clause_that_matched_is_the_ground():
    assert duty_match("背街小巷路灯照明不足\n晚上看不清路", DUTIES)[0] == (2, 1.0, "路灯照明")
    found = duty_match("冯沟村自来水老停\n吃水困难", DUTIES)
    assert (found[0][0], found[0][2]) == (4, "农村饮水")
    assert duty_match("关于婚姻登记的建议", DUTIES) == []
    assert duty_match("", DUTIES) == duty_match("路灯", []) == []


def test_a_unit_is_suggested_by_its_nearest_cases_and_its_duty():
    past = [
        (11, "汝南路路灯不亮，夜间照明不足", 2), (12, "昆仑路照明设施损坏", 2), (13, "学校食堂午餐", 3), (14, "企业贷款担保", 9),
    ]  # fmt: skip
    best = suggest_units("背街小巷路灯照明不足\n请更换节能灯具", past, DUTIES)[0]
    assert best.unit_id == 2
    assert set(best.ground.cases) <= {11, 12}
    assert best.ground.cases
    assert best.ground.clause == "路灯照明"


def test_no_unit_is_suggested_without_ground():
    assert suggest_units("关于婚姻登记处周末开放的建议", [(14, "企业贷款担保", 9)], DUTIES) == []
    assert suggest_units("", [], []) == []
