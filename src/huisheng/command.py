"""The console command ``huisheng``: the office's and the operator's verbs, one small function each.

A refusal is one Chinese sentence on stderr and exit status 2. ``--json`` prints one JSON value and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")

import huisheng  # noqa: F401  (puts the locked SQLite in place)

REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. 0 done, 1 something was found (fsck), 2 refused with a sentence."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = _parser().parse_args(arguments)
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from django.db.utils import OperationalError, ProgrammingError

    from huisheng.kernel.errors import Refused

    try:
        return options.run(options) or 0
    except Refused as refusal:
        print(refusal.sentence, file=sys.stderr)
        return REFUSED
    except FileNotFoundError as error:
        print(f"找不到文件：{error.filename}", file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(
            f"读写不了文件“{error.filename}”：{error.strerror}。请换一个位置，或请系统管理员看权限和空间。",
            file=sys.stderr,
        )
        return REFUSED
    except (OperationalError, ProgrammingError) as error:  # unreachable, locked, or without tables
        print(
            f"数据库现在不能用（{str(error).splitlines()[0]}）。"
            "还没有数据表的，请先运行 huisheng migrate；已在使用的，请把这句话告诉系统管理员。",
            file=sys.stderr,
        )
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="huisheng", description="回声：区政协工作平台的命令")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int | None], help: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=help, description=help)
        one.set_defaults(run=run)
        return one

    add("migrate", _migrate, "建立或升级数据表")
    one = add("demo", _demo, "向空的数据目录装入演示年度，或给演示再接一年")
    one.add_argument("--year", type=int, default=2017, help="2017 是写定的；2018 至 2021 按种子生成")
    one.add_argument("--seed", type=int, help="同一年度、同一种子，装出来的是同一年")
    one = add("accounts", _accounts, "列出演示账号")
    one.add_argument("--demo", action="store_true")
    add("worker", _worker, "后台任务：提醒、归档包、汇编")
    add("learn", _learn, "从已立案的提案学习分类建议（后台任务每夜自动办）")
    add("setup-code", _setup_code, "显示首次使用的安装码")
    one = add("token", _token, "给账号发一个接口令牌，只显示这一次")
    one.add_argument("account")
    one = add("deadline", _deadline, "计算期限，并逐日说明")
    one.add_argument("--from", dest="start", type=_day, required=True, metavar="2017-03-01")
    length = one.add_mutually_exclusive_group(required=True)
    length.add_argument("--working-days", type=int, metavar="N")
    length.add_argument("--days", type=int, metavar="N")
    length.add_argument("--months", type=int, metavar="N")
    one.add_argument("--explain", action="store_true")
    one = add("parse-proposal", _parse_proposal, "从文件读出一件提案")
    one.add_argument("file", type=Path)
    one.add_argument("--json", action="store_true")
    one = add("import", _import, "导入名册、单位、机构、往年台账、签到册或请假条")
    one.add_argument(
        "kind", choices=["members", "agencies", "bodies", "proposals", "attendance", "leave_slips"]
    )
    one.add_argument("file", type=Path)
    one.add_argument("--dry-run", action="store_true")
    one.add_argument(
        "--gathering",
        default="",
        metavar="编号",
        help="签到册、请假条是哪一次会议活动的；文件标题写明届次的不用写",
    )
    one.add_argument("--json", action="store_true")
    one = add("intake", _intake, "收线索文件：邮件、企业微信消息、电话记录、来信扫描件")
    one.add_argument("files", type=Path, nargs="+", metavar="文件")
    one.add_argument("--dry-run", action="store_true", help="只读，不登记")
    one.add_argument("--json", action="store_true")
    one = add("figures", _figures, "一个年度的全部数字")
    one.add_argument("year", type=int)
    one.add_argument("--json", action="store_true")
    one = add("report", _report, "一个年度的年度报告")
    one.add_argument("year", type=int)
    one.add_argument("--type", default="highlights", help="种类的代码，默认是政协工作亮点")
    one.add_argument("--pdf", type=Path, required=True, metavar="FILE")
    one = add("bulletin", _bulletin, "取一期刊物签发时的定稿，N 是总期号")
    one.add_argument("total", type=int, metavar="N")
    one.add_argument("--series", default="express", help="刊物系列的代码，默认是政协直通车")
    one.add_argument("--pdf", type=Path, required=True, metavar="FILE")
    one = add(
        "consensus", _consensus, "从表态表（人 × 观点，1、0、-1）算共识图：组、共识、与原有分组的一致程度"
    )
    one.add_argument("file", type=Path, metavar="VOTES.csv")
    one.add_argument("--json", action="store_true")
    one = add("fsck", _fsck, "核对办理记录链和各项不变量")
    one.add_argument("--json", action="store_true")
    one = add("backup", _backup, "备份数据库、文件和密钥清单，并验证")
    one.add_argument("file", type=Path)
    one = add("restore", _restore, "从备份恢复到空的数据目录，并验证")
    one.add_argument("file", type=Path)
    one = add("docs", _docs, "生成文档里由程序写的部分")
    one.add_argument("--check", action="store_true")
    one = add("bench-similar", _bench_similar, "相似文本：逐条查询打印前二十名")
    one.add_argument("corpus", type=Path)
    one.add_argument("queries", type=Path)
    one = add("bench-classify", _bench_classify, "分类建议：逐条打印前三名与是否弃权")
    one.add_argument("train", type=Path)
    one.add_argument("test", type=Path)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"日期“{text}”写成 2017-03-01 这样") from problem


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=None, default=str))


def _migrate(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def _demo(options: argparse.Namespace) -> None:
    from huisheng.demo.loading import load

    _migrate(options)
    load(year=options.year, seed=options.seed, stdout=sys.stdout)


def _accounts(options: argparse.Namespace) -> None:
    from huisheng.demo.accounts import demo_accounts

    for username, password, name, role, hint in demo_accounts():
        print(f"  {username:<12} {password}  {name}（{role}）  {hint}")


def _worker(options: argparse.Namespace) -> int:
    from huisheng.desk.worker import run

    return run()


def _learn(options: argparse.Namespace) -> None:
    from huisheng.proposals.suggesting import learn_categories

    count = learn_categories()
    print(f"读了 {count} 件。" if count else "已立案的提案还少，先按相近的前例建议。")


def _setup_code(options: argparse.Namespace) -> None:
    from huisheng.people.setup import setup_code

    print(setup_code())


def _token(options: argparse.Namespace) -> None:
    from huisheng.kernel.errors import Refused
    from huisheng.people import tokens
    from huisheng.people.models import Account

    account = Account.objects.filter(username=options.account, is_active=True).first()
    if account is None:
        raise Refused(f"没有启用的账号“{options.account}”。")
    print(tokens.issue(account))


def _deadline(options: argparse.Namespace) -> None:
    from django.db.utils import DatabaseError

    from huisheng.kernel import deadlines, local

    wanted = ((options.working_days, "w"), (options.days, "d"), (options.months, "m"))
    n, unit = next((n, unit) for n, unit in wanted if n is not None)
    try:
        span = deadlines.Span(n, unit)
    except ValueError as problem:
        from huisheng.kernel.errors import Refused

        raise Refused(str(problem)) from problem
    try:
        calendar = local.calendar()
    except DatabaseError:
        calendar = deadlines.Calendar()
    if not calendar.years:  # before the first start there are no tables: the published arrangements count
        calendar = deadlines.Calendar.published()
    found = deadlines.count(options.start, span, calendar)
    print(deadlines.explain(found) if options.explain else found.due_on.isoformat())


def _parse_proposal(options: argparse.Namespace) -> int:
    from huisheng.proposals.intake import Refused, read_paper, to_json
    from huisheng.proposals.roster import current_roster

    result = read_paper(options.file.read_bytes(), options.file.name, current_roster())
    if options.json:
        _print_json(to_json(result))
    elif isinstance(result, Refused):
        print(result.sentence)
    else:
        print(json.dumps(to_json(result), ensure_ascii=False, indent=2))
    return REFUSED if isinstance(result, Refused) else 0


def _import(options: argparse.Namespace) -> int:
    from huisheng.proposals.importing import import_file

    report = import_file(
        options.kind,
        options.file.read_bytes(),
        options.file.name,
        is_dry=options.dry_run,
        about=options.gathering,
    )
    if options.json:
        _print_json(report)
    else:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0


def _intake(options: argparse.Namespace) -> int:
    """One line an item, as ``--json`` prints it; without ``--dry-run`` each is taken in, too."""
    from django.db.utils import DatabaseError
    from django.utils import timezone

    from huisheng.opinions import intake
    from huisheng.opinions.channels.reading import as_json, read_file

    at = timezone.now()
    try:
        own = intake.own(at)
    except DatabaseError:  # before the first start there are no tables: the defaults count
        if not options.dry_run:
            raise
        own = intake.default_own()
    lines, is_good = [], True
    for path in options.files:
        items = read_file(path.name, path.read_bytes(), own)
        lines += [as_json(item, path.name) for item in items]
        if not options.dry_run:
            intake.take(items, path.name, at)
        is_good = is_good and any(item.kind != "refused" for item in items)
    if options.json:
        for line in lines:
            _print_json(line)
    else:
        for line in lines:
            print(
                f"{line['file']}：{intake.VERDICTS[line['kind']]}　{line['subject'] or line['body'][:30]}　{line['reason']}"
            )
    return 0 if is_good else REFUSED


def _figures(options: argparse.Namespace) -> None:
    from huisheng.reports.figures import flat, known, numbers

    if options.json:
        _print_json(flat(options.year))
        return
    found, names = numbers(options.year), known()
    for name, number in found.items():
        if name in names:
            print(f"{names[name].label}：{number}{names[name].unit}")


def _report(options: argparse.Namespace) -> None:
    from django.utils import timezone

    from huisheng.kernel.errors import Refused
    from huisheng.kernel.papers import NoFont, to_pdf
    from huisheng.reports.papers import paper_of
    from huisheng.reports.queries import newest

    report = newest(options.type, options.year)
    if report is None:
        raise Refused(f"还没有{options.year}年的这份报告。请先在网页“年度报告”里起草。")
    try:
        options.pdf.write_bytes(to_pdf(paper_of(report, timezone.localdate())))
    except NoFont as problem:
        raise Refused(str(problem)) from problem
    print(f"{report}：{options.pdf}")


def _bulletin(options: argparse.Namespace) -> None:
    from huisheng.bulletins import queries
    from huisheng.kernel.errors import Refused
    from huisheng.kernel.store import open_file
    from huisheng.outputs.queries import BEING_SET, frozen

    issue = queries.by_total(options.total, options.series)
    if issue is None:
        raise Refused(f"没有总第{options.total}期。期号在签发时编，未签发的还没有。")
    kept = frozen(issue.output, "pdf")
    if kept is None:
        raise Refused(BEING_SET)
    with open_file(kept) as file:
        options.pdf.write_bytes(file.read())
    print(f"{issue.output.title}：{options.pdf}")


def _consensus(options: argparse.Namespace) -> None:
    from huisheng.consultations import consensus

    matrix = consensus.read_matrix(options.file.read_bytes())
    found = consensus.analyse(matrix.votes)
    if options.json:
        _print_json(consensus.as_json(matrix, found))
        return
    print(
        f"{found.people}人表态{found.votes}次，{found.statements}条观点；{found.placed}人分成{len(found.groups)}组。"
    )
    if found.why:
        print(found.why)
    for number, group in enumerate(found.groups, 1):
        said = "；".join(
            f"{'同意' if one.stance > 0 else '不同意'}“{matrix.statements[one.statement]}”（{one.inside.rate(one.stance):.0%}，其他人{one.outside.rate(one.stance):.0%}）"
            for one in group.traits
        )
        print(f"第{number}组 {group.size}人：{said or '没有明显的不同'}")
    for shared in found.shared:
        print(f"各组都{'同意' if shared.stance > 0 else '不同意'}“{matrix.statements[shared.statement]}”")
    if (rand := consensus.agreement(matrix, found)) is not None:
        print(f"与文件里的分组相比，调整兰德指数 {rand:.3f}")


def _fsck(options: argparse.Namespace) -> int:
    from huisheng.desk.fsck import check

    report = check()
    if options.json:
        _print_json(report.as_json())
    else:
        print(report.as_text())
    return 0 if report.is_clean else 1


def _backup(options: argparse.Namespace) -> None:
    from huisheng.desk.backup import make

    print(make(options.file))


def _restore(options: argparse.Namespace) -> None:
    from huisheng.desk.backup import restore

    print(restore(options.file))


def _docs(options: argparse.Namespace) -> int:
    from huisheng.desk.docs import write

    return write(check_only=options.check)


def _bench_similar(options: argparse.Namespace) -> None:
    from huisheng.search.bench import bench_similar

    bench_similar(options.corpus, options.queries, sys.stdout)


def _bench_classify(options: argparse.Namespace) -> None:
    from huisheng.search.bench import bench_classify

    bench_classify(options.train, options.test, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
