"""The text of every finding about a file, in both languages: code -> (zh, en) with {named} parts.

Findings about expressions have their texts in `engine.language.faults`. What follows `|` offers `near`, and is left away
where there is nothing to offer.
"""

from __future__ import annotations

from engine.ruleset import document_messages

MESSAGES: dict[str, tuple[str, str]] = {
    **document_messages.MESSAGES,
    # What must hold between the parts of a ruleset
    "cycle": ("定义互相引用成环：{route}", "These definitions go round in a circle: {route}"),
    "evidence-cycle": ("证据的获取互相依赖成环：{route}", "This evidence depends on itself: {route}"),
    "not-whole-fen": (
        "金额可能不是整分，请写 round({expression}, 2)",
        "This money may not be whole fen; write round({expression}, 2)",
    ),
    "definitions-too-deep": (
        "“{name}”经过{limit}层以上的定义才能得出，请减少层数",
        "“{name}” rests on more than {limit} definitions in a row; use fewer levels",
    ),
    "too-many-conditions": (
        "条件、必需证据、批准内容和 conclusions 合计超过{limit}项，请拆分规则",
        "Conditions, required evidence, grants and conclusions together are more than {limit}; split the ruleset",
    ),
    "reads-no-fact": (
        "条件“{condition}”没有读取任何事实，结果永远不变",
        "The condition “{condition}” reads no fact, so its outcome never changes",
    ),
    "unknown-condition": ("没有条件“{name}”", "There is no condition “{name}”"),
    "unknown-condition-near": (
        "没有条件“{name}”，是否想写“{near}”？",
        "There is no condition “{name}”; did you mean “{near}”?",
    ),
    "contains-approves": (
        "contains 只看片段，容易误批；请用 = 或 matches",
        "“contains” sees a fragment only and may approve by mistake; use = or matches",
    ),
    "names-compared": (
        "姓名直接相等比较会误伤异体字和间隔号，请用 same_name",
        "Comparing names with = fails on variant characters and dots; use same_name",
    ),
    "every-empty": (
        "列表为空时 every 总是成立；如不应如此，请另加 count(…) > 0",
        "“every” holds for an empty list; if it should not, also demand count(…) > 0",
    ),
    "table-hole": (
        "没有一行对应 {values}，结果会是未知；请补一行，或写 default",
        "No row matches {values}, so the result is unknown there; add a row, or a default",
    ),
    "table-overlap": (
        "第 {first} 行与第 {second} 行都对应 {values}；hit: unique 只许一行，遇到时结果是未知",
        "Rows {first} and {second} both match {values}; hit: unique allows one only, so the result is unknown there",
    ),
    "table-rows-differ": (
        "第 {first} 行与第 {second} 行都对应 {values}，结果却不同；hit: any 要求相同，遇到时结果是未知",
        "Rows {first} and {second} both match {values} and differ; hit: any wants them equal, so it is unknown there",
    ),
    # The catalogue
    "unknown-ruleset": ("没有规则“{name}”|，可以写：{near}", "There is no ruleset “{name}”|; write {near}"),
    "unknown-department": (
        "没有部门“{name}”|，可以写：{near}",
        "There is no department “{name}”|; write {near}",
    ),
    "unknown-life-event": (
        "没有人生（企业）大事“{name}”|，可以写：{near}",
        "There is no life event “{name}”|; write {near}",
    ),
    "unknown-material": (
        "规则读取了材料“{name}”，这个情形没有这项材料|，可以写：{near}",
        "The ruleset reads the material “{name}”, which this situation lacks|; it has {near}",
    ),
    "unknown-queue": (
        "规则把办件送到队列“{name}”，该部门没有这个队列|，可以写：{near}",
        "The ruleset sends cases to the queue “{name}”, which the department lacks|; it has {near}",
    ),
    "unknown-holders": (
        "规则的 grant 里没有名为“{name}”的身份证号列表|，可以写：{near}",
        "The ruleset grants no list of identity numbers “{name}”|; write {near}",
    ),
    "holders-without-ruleset": (
        "这个情形没有规则，批准时没有名单；请删去 to",
        "Without a ruleset an approval lists nobody; delete this",
    ),
    "repeated-matter": ("事项标识“{id}”已经用过", "There is already a matter “{id}”"),
    "repeated-situation": ("情形标识“{id}”已经用过", "There is already a situation “{id}”"),
    "repeated-question": ("问题标识“{id}”已经用过", "There is already a question “{id}”"),
    "one-way-on": (
        "每个回答要写且只写 situation、next 中的一个",
        "An answer has exactly one of situation and next",
    ),
    "unknown-situation": (
        "这个事项没有情形“{name}”|，可以写：{near}",
        "This matter has no situation “{name}”|; write {near}",
    ),
    "unknown-question": (
        "后面没有问题“{name}”|，可以写：{near}",
        "There is no question “{name}” further down|; write {near}",
    ),
    "question-before": (
        "问题“{name}”写在前面或就是这一个，会问个没完；接着问的问题要写在后面",
        "The question “{name}” is this one or stands before it, so that asking might never end; what follows stands further down",
    ),
    "unreached-question": ("没有回答会引到问题“{name}”", "No answer leads to the question “{name}”"),
    "unreached-situation": (
        "没有回答会引到情形“{name}”；有 questions 时，每个情形都要能问到",
        "No answer leads to the situation “{name}”; where there are questions, they lead to every one",
    ),
    "repeated-material": ("这个情形已经有材料“{id}”", "This situation already has a material “{id}”"),
    "life-event-cycle": ("“{name}”的上级绕回了它自己", "The parents of “{name}” lead back to itself"),
    "life-event-audience": (
        "“{name}”与上级“{parent}”面向的对象不同",
        "“{name}” and its parent “{parent}” are for different audiences",
    ),
    "no-general-queue": (
        "部门“{department}”缺少队列 general，没有指明队列的办件无处可去",
        "The department “{department}” lacks the queue general, where cases go that name none",
    ),
    "one-way": (
        "这里要写且只写 licence、check、upload、earlier、commitment 中的一个",
        "Write exactly one of licence, check, upload, earlier and commitment here",
    ),
    "bad-matter-code": (
        "“{value}”不是事项编码：实施编码31或33位，基本编码12或14位",
        "“{value}” is no matter code: 31 or 33 characters, or 12 or 14 digits",
    ),
    "automatic-without-ruleset": (
        "这个情形没有规则，不会自动决定；请删去 automatic，或写 ruleset",
        "Without a ruleset nothing is decided automatically; delete this, or write a ruleset",
    ),
    "amount-without-ruleset": (
        "这个情形没有规则，批准时没有金额；请写 second_person: true",
        "Without a ruleset an approval has no amount; write second_person: true",
    ),
    "automatic-burden": (
        "对当事人不利的情形不能自动不予批准，请写 approve-only",
        "What is a burden on its holder is never rejected automatically; write approve-only",
    ),
    "promise-after-statutory": (
        "承诺时限{promised}个工作日，超过法定时限{statutory}个工作日",
        "A promise of {promised} working days is later than the statutory {statutory}",
    ),
    "unused-ruleset": ("没有情形使用规则“{name}”", "No situation uses the ruleset “{name}”"),
    # The shape of rulesets, fragments and evidence.yaml
    "expected-mapping": ("这里要写“名称: 值”的映射", "A mapping of “name: value” is needed here"),
    "expected-list": (
        "这里要写列表：[…]，或每项以“- ”开头",
        "A list is needed here: […], or items that begin with “- ”",
    ),
    "expected-scalar": ("这里要写一个值，不能是列表或映射", "One value is needed here, not a list or a mapping"),
    "empty-value": ("这里没有写值，请写上，或删去这一项", "There is no value here; write one, or delete the key"),
    "no-items": ("列表是空的，请至少写一项，或删去它", "The list is empty; write at least one item, or delete it"),
    "no-entries": ("这里是空的，请至少写一项", "Nothing is written here; write at least one entry"),
    "unknown-key": (
        "这里没有“{name}”这一项|，是否想写：{near}？",
        "There is no key “{name}” here|; did you mean: {near}?",
    ),
    "missing-key": ("缺少 {name}", "{name} is missing"),
    "key-inside": (
        "“{name}”要写在 {of} 里，如 {of}: {{{name}: …}}",
        "“{name}” is written inside {of}, as in {of}: {{{name}: …}}",
    ),
    "one-of-two-keys": ("{one} 与 {other} 只能写一个", "Write {one} or {other}, not both"),
    "not-in-a-fragment": (
        "片段里不能写 {name}：片段只含申请人的证据、参数、定义、表和条件",
        "{name} is not for fragments, which hold evidence, parameters, definitions, tables and conditions",
    ),
    "bad-id": (
        "“{value}”不能作编号：用小写英文字母和数字，以字母开头，单词间用“-”，如 senior-allowance",
        "“{value}” is no id: write lower-case ASCII words and digits, a letter first, such as senior-allowance",
    ),
    "bad-name": (
        "“{value}”不能作名称：用汉字、英文字母、数字和“_”，不以数字或“__”开头",
        "“{value}” is no name: use letters, Chinese characters, digits and “_”, with no digit or “__” in front",
    ),
    "reserved-name": (
        "“{name}”是规则语言自己的词，请换一个名称",
        "“{name}” is a word of the rule language; choose another name",
    ),
    "reserved-attribute": (
        "“{name}”是每份证据都有的项目，请换一个属性名",
        "Every evidence has “{name}” already; choose another name for the attribute",
    ),
    "name-twice": (
        "名称“{name}”已在 {where} 声明；证据、参数、定义和表不能重名",
        "“{name}” is already declared at {where}; evidence, parameters, definitions and tables share one namespace",
    ),
    "id-twice": (
        "编号“{name}”已在 {where} 用过；条件和复核规则不能重号",
        "The id “{name}” is already used at {where}; conditions and review rules share their ids",
    ),
    "full-width-comma": (
        "这里是全角的“{found}”，不能分隔各项，请改用半角逗号“,”；如果它是文字的一部分，请把这一项放进引号",
        "The full-width “{found}” parts no items: write a plain comma “,”, or put the item in quotes if it has that sign",
    ),
    "repeated-value": ("“{value}”重复了", "“{value}” is written twice"),
    "not-a-choice": (
        "“{value}”不在可选值里|，是否想写：{near}？",
        "“{value}” is not one of the values|; did you mean: {near}?",
    ),
    # Values
    "unquoted-digits": (
        "这里是文字，请给数字加上引号：\"{value}\"",
        "This is a text: put quotes around the digits: \"{value}\"",
    ),
    "quoted-number": ("这里是数字，请去掉引号：{value}", "This is a number: remove the quotes: {value}"),
    "quoted-boolean": (
        "这里是 true 或 false，请去掉引号：{value}",
        "This is true or false: remove the quotes: {value}",
    ),
    "bad-boolean": ("“{value}”请写成 true 或 false", "Write true or false instead of “{value}”"),
    "bad-number": (
        "“{value}”不是可用的数字：只写半角数字，如 12 或 12.5，不带单位和千分位（1万元写 10000），最多 15 位整数、10 位小数",
        "“{value}” is no number: write plain digits such as 12 or 12.5, without unit or thousands separator, "
        "at most 15 before the point and 10 after",
    ),
    "bad-integer": ("这里要整数，不能写 {value}", "A whole number is needed here, not {value}"),
    "bad-whole-number": (
        "这里要 {least} 到 {most} 的整数，不能写“{value}”",
        "A whole number from {least} to {most} is needed here, not “{value}”",
    ),
    "percent-money": ("金额不能写成百分数：{value}", "Money is no percentage: {value}"),
    "money-places": ("金额最多两位小数：{value}", "Money has at most two places: {value}"),
    "bad-date": ("“{value}”不是日期，请写成 2026-01-31", "“{value}” is no date; write it as 2026-01-31"),
    "bad-duration": (
        "“{value}”不是期限，请写成 30 days、60 working days、6 months 或 2 years",
        "“{value}” is no duration; write 30 days, 60 working days, 6 months or 2 years",
    ),
    "bad-resident-id": (
        "“{value}”不是有效的身份证号码（GB 11643）",
        "“{value}” is no valid identity number (GB 11643)",
    ),
    "bad-uscc": (
        "“{value}”不是有效的统一社会信用代码（GB 32100）",
        "“{value}” is no valid unified social credit code (GB 32100)",
    ),
    "bad-phone": (
        "“{value}”不是电话号码：写 11 位手机号，或带区号的固定电话，如 0755-28123456",
        "“{value}” is no phone number: write 11 digits, or a landline with its area code as 0755-28123456",
    ),
    "text-too-long": ("文字超过 {limit} 个字符", "The text has more than {limit} characters"),
    "bad-pattern": ("RE2 不接受这个模式：{problem}", "RE2 does not accept this pattern: {problem}"),
    # Types
    "unknown-type": ("没有类型“{name}”|，是否想写：{near}？", "There is no type “{name}”|; did you mean: {near}?"),
    "bad-type": (
        "这不是类型：写一个类型名，或 {{one-of: […]}}、{{list-of: …}}",
        "This is no type: write a type's name, or {{one-of: […]}}, {{list-of: …}}",
    ),
    "element-type": (
        "列表元素的类型请写成 {{list-of: {{type: {{one-of: […]}}}}}}",
        "Write the type of the elements as {{list-of: {{type: {{one-of: […]}}}}}}",
    ),
    "nested-list": ("列表和记录里不能再有列表", "Lists and records hold no lists"),
    "limit-without-list": ("{name} 只用于列表", "{name} is for lists only"),
    "limits-crossed": ("at_least 大于 at_most", "at_least is more than at_most"),
    "pattern-without-text": ("pattern 只用于 text", "A pattern is for text only"),
    # Evidence and conditions
    "no-evidence-file": (
        "上级文件夹中没有 evidence.yaml，找不到证照和核验",
        "No folder above this file has an evidence.yaml that declares licences and checks",
    ),
    "unknown-licence": (
        "evidence.yaml 中没有证照“{name}”|，是否想写：{near}？",
        "evidence.yaml has no licence “{name}”|; did you mean: {near}?",
    ),
    "unknown-check": (
        "evidence.yaml 中没有核验“{name}”|，是否想写：{near}？",
        "evidence.yaml has no check “{name}”|; did you mean: {near}?",
    ),
    "missing-ground": (
        "查询申请人以外的人，要写理由 ground：mandate、guardian、household 或 'duty: 条文'",
        "Whoever is not the applicant needs a ground: mandate, guardian, household or 'duty: clause'",
    ),
    "bad-ground": (
        "“{value}”不是查询理由：写 mandate、guardian、household 或 'duty: 条文'（含冒号，要加引号）",
        "“{value}” is no ground: write mandate, guardian, household or 'duty: clause' (in quotes, for its colon)",
    ),
    "needs-required": (
        "{name} 只用于必须有的证据，请写 required",
        "{name} is for required evidence; write required, or delete it",
    ),
    "missing-otherwise": (
        "缺少 otherwise：不成立时是 reject 还是 review（不影响结论的条件写 counts: false）",
        "otherwise is missing: reject or review on a fail (or counts: false, for a condition that does not count)",
    ),
    "no-conditions": (
        "没有影响结论的条件，任何申请都会获批",
        "There is no condition that counts, so anything would be approved",
    ),
    "no-required-evidence": (
        "没有必须有的证据；如果本来就不需要，请写 self_declared: '理由'",
        "No evidence is required; if none is meant to be, write self_declared: '<why>'",
    ),
    # Decision tables
    "row-too-short": ("这一行有 {found} 格，应有 {expected} 格", "Cells in this row: {found}; needed: {expected}"),
    "row-too-long": (
        "这一行有 {found} 格，只应有 {expected} 格",
        "Cells in this row: {found}; needed: only {expected}",
    ),
    "default-length": (
        "default 要有 {expected} 格，每个输出一格",
        "The default needs {expected} cells, one for each output",
    ),
    "too-many-rows": ("表的行数超过 {limit}", "The table has more than {limit} rows"),
    "aggregate-without-collect": ("aggregate 只用于 hit: collect", "aggregate goes with hit: collect only"),
    "aggregate-type": (
        "这种输出不能用 {aggregate} 汇总：sum 要数字或金额，min、max 要数字、金额或日期",
        "{aggregate} does not fit this output: sum needs numbers or money, min and max those or dates",
    ),
    "hit-one-output": ("hit: {hit} 只能有一个输出", "hit: {hit} has one output only"),
    "hit-needs-one-of": (
        "hit: {hit} 的输出要是 one-of，以其次序为优先次序",
        "hit: {hit} needs a one-of output, whose order is the priority",
    ),
    # Messages of a ruleset
    "brace": (
        "{found} 没有成对；要显示花括号本身，请写 {{{{ 或 }}}}",
        "{found} is not one of a pair; for the sign itself write {{{{ or }}}}",
    ),
    "full-width-brace": ("花括号请用半角：{right}", "Write braces in ASCII: {right}"),
    "bad-placeholder": (
        "花括号里只能写声明过的名称或路径，如 minimum_age、hukou.city，不能写“{value}”",
        "Braces hold a declared name or path, such as minimum_age or hukou.city, not “{value}”",
    ),
    # Days and fragments
    "bad-file-name": (
        "文件名“{name}”不是首日，这份文件永远不会生效；请改名为首日，如 2026-01-31.yaml",
        "“{name}” is not named by a day, so it is never in force; rename it to its first day, such as 2026-01-31.yaml",
    ),
    "cases-alone": (
        "用例旁没有规则 {name}，请改名或移到规则旁",
        "There is no {name} beside these cases; rename them or move them beside their ruleset",
    ),
    "id-is-not-folder": (
        "编号“{id}”与文件夹名“{folder}”不同",
        "The id “{id}” differs from the folder's name “{folder}”",
    ),
    "ends-before-first-day": (
        "最后有效日 {ends} 早于首日 {day}",
        "The last day in force, {ends}, is before the first, {day}",
    ),
    "ends-after-next": (
        "下一份文件自 {day} 起生效，ends 最晚写 {last}；到时自然接续，也可以删去 ends",
        "The next file is in force from {day}: ends is {last} at the latest, or can be deleted",
    ),
    "parameter-not-in-force": (
        "参数“{name}”在首日 {day} 还没有值，最早的值自 {first} 起",
        "The parameter “{name}” has no value on the first day, {day}; its earliest is from {first}",
    ),
    "table-not-in-force": (
        "表“{name}”在首日 {day} 还没有行，最早的行自 {first} 起",
        "The table “{name}” has no rows on the first day, {day}; its earliest are from {first}",
    ),
    "unknown-fragment": (
        "没有片段“{name}”|，是否想写：{near}？",
        "There is no fragment “{name}”|; did you mean: {near}?",
    ),
    "fragment-twice": ("片段“{name}”已经引入", "The fragment “{name}” is already included"),
    "fragment-not-in-force": (
        "片段“{name}”在 {day} 还没有生效，最早自 {first} 起",
        "The fragment “{name}” is not in force on {day}; its earliest file is from {first}",
    ),
    "fragment-needs": (
        "片段“{fragment}”要读取表单的“{name}”（{type}），请在 form 里声明",
        "The fragment “{fragment}” reads form.{name} ({type}); declare it under form",
    ),
    "fragment-needs-type": (
        "片段“{fragment}”要求表单的“{name}”是 {type}，而不是 {found}",
        "The fragment “{fragment}” needs form.{name} to be {type}, not {found}",
    ),
    "too-many-expression-nodes": (
        "规则的表达式（表除外）合计超过 {limit} 个节点，请拆分规则",
        "The ruleset's expressions, tables aside, have more than {limit} nodes; split it",
    ),
}
