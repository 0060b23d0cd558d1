"""The text of every finding about a file that cannot be read as YAML, or uses what is not used here: code -> (zh, en)."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    # The file as a whole
    "too-large": (
        "文件有 {size} 字节，超过上限 {limit} 字节，请拆分成几个文件。",
        "The file has {size} bytes, more than the {limit} allowed. Split it into several files.",
    ),
    "not-utf8": (
        "此处的字节 {byte} 不是 UTF-8 编码，请用编辑器将文件另存为 UTF-8。",
        "The byte {byte} here is not UTF-8. Save the file as UTF-8 in your editor.",
    ),
    "control-character": (
        "此处有不可见的控制字符 {character}，请删除。",
        "There is an invisible control character {character} here. Delete it.",
    ),
    "empty-document": (
        "文件没有内容，请填写内容或删除文件。",
        "The file has no content. Write some or delete the file.",
    ),
    "several-documents": (
        "一个文件只能有一份内容，请把这里以后的内容移到另一个文件，并删除“---”或“...”。",
        "A file holds one document. Move what follows to a file of its own and delete the “---” or “...”.",
    ),
    "too-deep": (
        "嵌套超过 {limit} 层，请减少层次。",
        "Nested more than {limit} levels deep. Use fewer levels.",
    ),
    "too-many-nodes": (
        "文件的内容项超过 {limit} 个（决策表另计），请拆分成几个文件。",
        "The file has more than {limit} items (tables aside). Split it into several files.",
    ),
    "too-many-table-nodes": (
        "文件中决策表的内容项超过 {limit} 个，请缩减决策表。",
        "The tables in this file have more than {limit} items. Make them smaller.",
    ),
    # YAML that is not used here
    "duplicate-key": (
        "“{key}”在第 {line} 行已经写过，请保留一个，或改名。",
        "“{key}” is already on line {line}. Keep one of them, or rename one.",
    ),
    "anchor": (
        "不能使用锚点（&）；如果是文字，请把整个值放进引号。",
        "Anchors (&) are not used here. If this is text, put the whole value in quotes.",
    ),
    "alias": (
        "不能使用引用（*），请把内容写出来；如果是文字，请把整个值放进引号。",
        "Aliases (*) are not used here: write the content out. If this is text, put the whole value in quotes.",
    ),
    "tag": (
        "不能使用标签（!）；如果是文字，请把整个值放进引号。",
        "Tags (!) are not used here. If this is text, put the whole value in quotes.",
    ),
    "merge-key": (
        "不能使用合并键（<<），请把内容写出来；共用的内容写成片段，用 include 引入。",
        "Merge keys (<<) are not used here: write the content out, or share it as a fragment with include.",
    ),
    "directive": (
        "一行不能以 % 开头（不使用 YAML 指令），请删除；如果是文字，请在前面加空格缩进。",
        "A line cannot begin with %: YAML directives are not used here. Delete it; indent it if it is text.",
    ),
    "non-scalar-key": (
        "冒号前只能是一个名称，不能是列表或映射；以 [ 或 {{ 开头的文字请放进引号。",
        "Before a colon stands one name, not a list or a mapping. Put text that begins with [ or {{ in quotes.",
    ),
    # YAML that cannot be read
    "tab-indentation": (
        "缩进只能用空格，请把制表符（Tab）换成空格。",
        "Indent with spaces: replace the tab here by spaces.",
    ),
    "indentation": (
        "此行的缩进与上文对不齐，或上一行没有写完整；同一层的各行要从同一列开始。",
        "This line does not line up with those above, or the line above is incomplete. "
        "Lines of one level begin in the same column.",
    ),
    "missing-colon": (
        "此处缺少冒号：名称后要写半角冒号和一个空格，如“title: 高龄津贴”；列表项的“-”后要有空格。",
        "A colon is missing: write a name, a colon and a space, such as “title: Allowance”. "
        "The “-” of a list item has a space after it.",
    ),
    "full-width-colon": (
        "此处是全角冒号“：”，请改成半角冒号加一个空格“: ”。",
        "This is a full-width colon “：”. Write a plain colon and a space “: ”.",
    ),
    "colon-in-value": (
        "此处不能有冒号：值里含“: ”时请把整个值放进引号；如果是新的一项，请另起一行并与同层对齐。",
        "A colon cannot stand here. Put a value that contains “: ” in quotes as a whole; "
        "begin a new entry on a line of its own, lined up with its neighbours.",
    ),
    "entry-without-colon": (
        "“{key}”后面没有冒号：名称与值之间写半角冒号和一个空格；如果它是某个值的一部分，"
        "请把含逗号或花括号的整个值放进引号（数字不写千分位，如 10000）。",
        "“{key}” has no colon: between a name and its value stand a colon and a space. If it is part of a value, "
        "put that value, which has a comma or braces, in quotes as a whole (no thousands separators: 10000).",
    ),
    "misplaced-list": (
        "列表项“- ”不能写在这里，请另起一行并与同层对齐。",
        "A list item “- ” cannot begin here. Begin it on a line of its own, lined up with its neighbours.",
    ),
    "unclosed-quote": (
        "从这里开始的引号 {quote} 没有结束，请补上右引号。",
        "The quote {quote} that opens here is never closed. Close it.",
    ),
    "unclosed-bracket": (
        "从这里开始的括号 {bracket} 没有结束，请补上右括号。",
        "The bracket {bracket} that opens here is never closed. Close it.",
    ),
    "missing-comma": (
        "此处应为逗号或右括号（左括号 {bracket} 在第 {line} 行）；含引号、括号或逗号的文字请整个放进引号。",
        "A comma or the closing bracket is expected here ({bracket} opens on line {line}). "
        "Put text that contains quotes, brackets or commas in quotes as a whole.",
    ),
    "text-after-value": (
        "前面的值已经结束，后面不能再有文字；以引号或括号开头的值请整个放进另一种引号，如 '\"深圳市\" = city'。",
        "The value before this has ended, and nothing may follow it. "
        "Put a value that begins with a quote or bracket in the other quotes as a whole, such as '\"深圳市\" = city'.",
    ),
    "unexpected-character": (
        "{character} 不能写在这里；如果是文字，请把整个值放进引号。",
        "{character} cannot stand here. If this is text, put the whole value in quotes.",
    ),
    "bad-escape": (
        "双引号内的反斜杠 \\ 是转义符，这里的写法无效；含反斜杠的文字（如正则表达式）请改用单引号。",
        "In double quotes a backslash begins an escape, and this one is not known. "
        "Put text with backslashes, such as a pattern, in single quotes.",
    ),
    "yaml-syntax": (
        "YAML 写法有误，请检查此处的缩进、冒号和引号。解析器提示：{problem}",
        "This is not valid YAML. Check indentation, colons and quotes here. The parser says: {problem}",
    ),
}
