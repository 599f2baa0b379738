"""A long proposal, as a bank with many branches gets it: every site with its need, its solution and its weeks, three
lines of prices for each, clauses of its own, and references. What a proposal of a dozen pages is measured by."""

from dataclasses import replace
from itertools import cycle, islice

from crm.quotes.parts import PARTS
from crm.quotes.views import CaseText, ClauseText, PricedLine, QuoteView, Words
from reports.offer.gather import Offer

SITES = (
    "总行营业部", "天河支行", "越秀支行", "海珠支行", "番禺支行", "南沙支行", "黄埔支行", "白云支行", "佛山分行",
    "顺德支行", "东莞分行", "惠州分行", "中山分行", "珠海分行", "横琴支行", "江门分行", "肇庆分行", "清远分行",
    "韶关分行", "梅州分行", "汕头分行", "揭阳分行", "潮州分行", "汕尾分行", "湛江分行", "茂名分行", "阳江分行",
)  # fmt: skip
NEEDS = (
    "{site}现有一条百兆专线，下午三点后柜面交易与视频会议争用带宽，叫号和影像上传时有超时，客户排队时间明显变长。",
    "{site}的主备线路来自同一机房，去年两次市政施工造成全点中断，每次都靠柜员用手机热点维持，监管检查已提出整改意见。",
    "{site}计划明年上半年上线智能柜台和远程面签，预计上行流量增加三倍，同时要求录像保存一百八十天并可随时调阅。",
)
ANSWERS = (
    "{site}改为双路由光纤接入，主用五百兆、备用二百兆，"
    "分别从两个不同机房引入；任一条中断，业务在一秒内自动切换，柜面无感知。",
    "{site}部署智能网关，把交易、办公、视频三类业务分开保障：交易优先，"
    "视频限速，访客上网与生产网物理隔离，策略由总行统一下发。",
    "{site}的录像与影像接入省内两个数据中心的云存储，近三十天热存、其后转冷存，调阅经由内网专线，不走互联网出口。",
)
WEEKS = (
    "{site}：第 {first} 周勘察并会签点位图，第 {second} 周管线施工与设备上架，"
    "第 {third} 周联调、压力测试与夜间割接，割接后驻场值守五个工作日。"
)
CLAUSES = (
    ("割接窗口", "所有割接安排在营业结束之后进行，至次日营业前两小时未能完成测试的，"
     "应当回退至原线路，由此产生的二次割接费用由我方承担。"),
    ("应急保障", "重大活动与季末年末期间，我方提供专人值守与备用设备，"
     "值守名单提前五个工作日送达客户，期间不安排任何计划性施工。"),
    ("信息安全", "我方人员进入客户机房须经登记并有客户人员陪同；施工图纸、配"
     "置与测试数据在项目结束后三十日内交还或销毁，并出具书面确认。"),
    ("扩容与迁址", "合同期内客户可按本报价单价增加点位或提速；网点迁址提前"
     "三十日通知的，免收迁移工费，仅按实收取新增管线材料费用。"),
    ("月度报告", "每月前五个工作日内提交上月运行报告，"
     "列明各点可用率、时延、丢包、故障与处置过程，低于承诺的项目附整改计划与完成日期。"),
    ("验收资料", "验收时交付竣工图、光功率测试记录、双路由路径图、设备清"
     "单与操作手册，资料以纸质两份和电子一份的形式交客户存档。"),
)  # fmt: skip
CASES = (
    ("珠江农商银行", "全行一百一十二个网点改为双路由接入，历时四个月，全部割接在夜间完成，"
     "至今二十六个月未发生全点中断，柜面交易超时率由百分之二降至万分之三。"),
    ("岭海证券", "营业部行情与交易网络分离，两地三中心之间开通波分专线，"
     "单向时延稳定在一点八毫秒以内，连续四个季度通过监管机构的灾备演练。"),
    ("粤东人寿", "理赔影像集中存储与远程面签同时上线，"
     "六百个服务点统一由云端下发策略，单点开通时间由七天缩短到两天。"),
    ("湾区消费金融", "客服中心两地双活，语音与数据共用承载网，话务高峰期接通率保持在百分之九十九以上。"),
)  # fmt: skip
LINES = 3 * len(SITES)


def grown(offer: Offer) -> Offer:
    return replace(offer, quote=_grown(offer.quote))


def _grown(quote: QuoteView) -> QuoteView:
    return replace(
        quote, parts=PARTS, lines=_lines(quote.lines), need=_of_sites(NEEDS), solution=_of_sites(ANSWERS),
        plan="\n".join(WEEKS.format(site=site, first=3 * i + 1, second=3 * i + 2, third=3 * i + 3)
                       for i, site in enumerate(SITES)),
        clauses=(*quote.clauses, *(ClauseText(code=f"own{i}", title=_both(title), text=_both(text))
                                   for i, (title, text) in enumerate(CLAUSES))),
        references=tuple(CaseText(code=name, name=_both(name), story=_both(story)) for name, story in CASES),
    )  # fmt: skip


def _lines(known: tuple[PricedLine, ...]) -> tuple[PricedLine, ...]:
    """Of every site each product, as long as there are lines."""
    sites = cycle(SITES)
    named = zip(islice(cycle(known), LINES), sites, strict=False)
    return tuple(replace(line, name=_both(f"{line.name.zh}（{site}）")) for line, site in named)


def _of_sites(sentences: tuple[str, ...]) -> str:
    """A paragraph of each site, its sentences in another order than those of its neighbour."""
    turned = (sentences[i % len(sentences) :] + sentences[: i % len(sentences)] for i in range(len(SITES)))
    return "\n".join("".join(each).format(site=site) for each, site in zip(turned, SITES, strict=True))


def _both(text: str) -> Words:
    return Words(text, text)
