"""Errors as RFC 9457 problem details: what can go wrong over HTTP, with its status and its text in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fastapi import HTTPException

from engine.decision.problems import MESSAGES, Gap

Language = Literal["zh", "en"]
MEDIA_TYPE = "application/problem+json"

PROBLEMS: Mapping[str, tuple[int, str, str]] = {
    "bad-json": (422, "内容不是可接受的 JSON", "The body is not acceptable JSON"),
    "invalid-request": (422, "请求不符合要求", "The request is not as it should be"),
    "idempotency-key-missing": (400, "缺少 Idempotency-Key 请求头", "The Idempotency-Key header is missing"),
    "idempotency-key-invalid": (
        400, "Idempotency-Key 应为 1 到 255 个可见 ASCII 字符", "Idempotency-Key must be 1 to 255 visible ASCII characters"),
    "idempotency-key-reused": (
        409, "这个 Idempotency-Key 已用于另一份内容", "This Idempotency-Key was used with another body"),
    "case-open": (409, "您在这个情形下已有在办的办件", "You already have an open case for this situation"),
    "given-already": (409, "同一人已经获准享受，不能重复给予", "The same person has been granted this already, and it is not given twice"),
    "ruleset-not-in-force": (409, "这一事项目前不受理申请", "Applications are not taken at present"),
    "wrong-audience": (422, "这一事项不面向您的账号类型", "This matter is not for your kind of account"),
    "not-signed-in": (401, "请先登录", "Please sign in"),
    "not-for-you": (403, "您的账号不能使用这项功能", "This is not for your account"),
    "not-local": (403, "演示登录只能从本机进行", "Demo people can sign in from this machine only"),
    "sign-in-failed": (401, "号码或密码不正确", "The number or the password is not right"),
    "too-many-tries": (429, "尝试次数过多，请过一会儿再登录", "Too many tries; sign in again in a while"),
    "password-weak": (422, "密码应有 10 到 128 个字符，不能是姓名或号码，也不能只重复几个字符",
                      "A password has 10 to 128 characters, is neither name nor number, and does not repeat a few"),
    "account-number": (422, "身份证号或统一社会信用代码有误", "This is no identity number or credit code"),
    "account-agent": (
        422, "单位须有一位经办人的身份证号，个人没有", "An organisation has the identity number of an agent, a person has none"),
    "account-roles": (422, "没有这样的角色，或者审批人、负责人没有部门", "No such roles, or an approver or head without a department"),
    "account-known": (409, "这个号码已有账号", "There is an account of this number already"),
    "account-unknown": (404, "没有这个账号", "There is no such account"),
    "oidc-state": (400, "登录没有完成，或者已经过期；请重新登录", "Signing in was not finished, or took too long; please begin again"),
    "oidc-refused": (401, "统一认证的答复没有通过核验；请重新登录", "What the identity provider answered did not hold; please begin again"),
    "oidc-unusable": (403, "统一认证没有给出可用的身份证号或信用代码",
                      "The identity provider gave no identity number or credit code that can be used"),
    "oidc-unknown": (403, "这里没有您的账号，或者账号已停用", "There is no account of yours here, or it is disabled"),
    "oidc-down": (503, "统一认证暂时不可用，请稍后再试", "The identity provider cannot be reached at present; please try again later"),
    "token-invalid": (401, "令牌无效或已过期", "The token is not good, or not any more"),
    "scope-missing": (403, "令牌的范围不包括这项功能", "The token's scopes do not let it do this"),
    "acts-for-nobody": (403, "这个令牌不代表任何人；请用 acting_for 取得代表本人的令牌",
                        "This token acts for nobody; ask for one with acting_for"),
    "unknown-client": (404, "没有这个平台", "There is no such portal"),
    "client-name": (422, "平台代号应为 2 到 40 个小写字母、数字或连字符，名称为 1 到 60 个字",
                    "A portal has an id of 2 to 40 small letters, digits and hyphens, and a name of 1 to 60 characters"),
    "client-scopes": (422, "没有这样的范围", "There are no such scopes"),
    "client-known": (409, "这个代号已有平台", "There is a portal of this id already"),
    "no-consent": (404, "您没有同意这个平台替您办事", "You have not let this portal act for you"),
    "metrics-local": (403, "运行指标只答复本机；要从别处读取，请设置 MIAOPI_METRICS_TOKEN",
                      "Metrics are told to this machine alone; to read them from elsewhere, set MIAOPI_METRICS_TOKEN"),
    "metrics-token": (401, "运行指标须凭令牌读取", "Metrics are told for the token alone"),
    "reason-missing-to-look": (422, "查看完整号码须写明理由，会记录在案", "Say why you need whole numbers; it goes on record"),
    "unknown-person": (404, "没有这个演示账号", "There is no such demo person"),
    "not-allowed-now": (409, "办件目前的状态不允许这样做", "The case's status does not allow this now"),
    "changed-meanwhile": (412, "办件在此期间已有变动，请刷新后再操作", "The case has changed meanwhile; look at it again"),
    "if-match-missing": (428, "缺少 If-Match 请求头（办件的版本）", "The If-Match header with the case's version is missing"),
    "if-match-invalid": (400, "If-Match 应为办件的版本，如 \"3\"", "If-Match must be the version of the case, such as \"3\""),
    "head-only": (403, "只有部门负责人可以这样做", "Only the head of the department can do this"),
    "taken": (409, "办件已由他人领取", "Somebody else has taken the case"),
    "not-claimed": (409, "请先领取办件", "Claim the case first"),
    "decided-before": (409, "作出过决定的人不能再办理这个申诉或复核", "Whoever decided before cannot decide this again"),
    "not-approvable": (409, "按现有事实，规则的结论不是批准", "On these facts the rules do not come to an approval"),
    "nothing-failed": (409, "没有不满足的条件，不能作出不予批准的决定", "No condition fails, so the case cannot be rejected"),
    "clause-missing": (422, "没有规则的事项，不予批准须写明依据的条款", "A refusal without a ruleset needs the clause it rests on"),
    "nothing-to-settle": (422, "这一情形没有规则，没有可以认定的事实", "This situation has no ruleset, so there is nothing to settle"),
    "ruleset-gone": (409, "找不到作出决定所用的规则", "The ruleset that the case was decided by is not here"),
    "unknown-queue": (422, "没有这个部门或队列", "There is no such department or queue"),
    "unknown-colleague": (422, "本部门没有这位审批人", "There is no such approver in the department"),
    "unknown-sample": (404, "没有这份抽查", "There is no such sample"),
    "answered-already": (409, "这份抽查已有人作答", "Somebody has answered this sample already"),
    "found-already": (409, "这项承诺已有人认定", "Somebody has settled this commitment already"),
    "unknown-filter": (404, "没有这个保存的筛选", "There is no such saved filter"),
    "too-many-filters": (409, "保存的筛选太多了，请先删除不用的", "There are too many saved filters; delete one that is not used"),
    "nothing-proposed": (409, "没有等待复核的决定", "No decision waits to be confirmed"),
    "waits-for-second": (409, "决定正等待第二人复核，只能确认或退回", "A decision waits to be confirmed or sent back by a second person"),
    "procedure-runs": (409, "特别程序正在进行", "A special procedure is running"),
    "no-special-procedure": (409, "没有可以开始或结束的特别程序", "There is no special procedure to start or to end"),
    "unknown-template": (422, "没有这个理由模板", "There is no such reason template"),
    "appealed-before": (409, "这个办件已经申诉并复核过；仍不服的，可以申请行政复议或者提起诉讼",
                        "This case was appealed and looked at again; you may still ask for administrative reconsideration or go to court"),
    "appeal-too-late": (409, "已超过申诉期限", "The time for an appeal is over"),
    "not-allowed-to-you": (403, "您没有这个权限", "You may not do this"),
    "unknown-payment": (404, "没有这笔支付", "There is no such payment"),
    "unknown-follow-up": (404, "没有这项告知承诺核查", "There is no such commitment to check"),
    "no-revocation": (404, "这个办件没有撤销程序", "No revocation of this case is under way"),
    "revocation-open": (409, "撤销程序已经启动", "A revocation is under way already"),
    "already-stated": (409, "您已经陈述过意见", "You have spoken already"),
    "too-late-to-speak": (409, "陈述申辩的期限已过", "The time to speak is over"),
    "may-still-speak": (409, "当事人陈述申辩的期限未到", "The holder may still speak"),
    "hearing-missing": (409, "当事人要求听证，听证前不能撤销", "The holder wants a hearing, which has not been held"),
    "hearing-day": (422, "听证日期应在启动之后，不晚于今天", "A hearing was held after the start, and not after today"),
    "second-person-needed": (409, "需要另一位负责人作出决定", "Another head has to conclude"),
    "not-yours-to-decide": (403, "不能处理自己的办件", "Nobody decides about their own case"),
    "commitments-closed": (409, "此前的承诺未兑现，修复前不能适用告知承诺", "A broken promise closes commitments until it is repaired"),
    "unknown-message": (404, "没有这条消息", "There is no such message"),
    "unknown-delivery": (404, "没有这项未能送达的通知", "There is no such failed delivery"),
    "unknown-webhook": (404, "没有这个 webhook", "There is no such webhook"),
    "webhook-forbidden": (422, "不能通知这个地址：只能是公网上的 https 地址", "Webhooks go to public https addresses alone"),
    "too-many-webhooks": (409, "webhook 已达上限", "There are as many webhooks as there may be"),
    "not-yours": (403, "只有申请人本人可以这样做", "Only the applicant can do this"),
    "no-mandate": (403, "没有这份委托，或者它已经结束，不能代为办理",
                   "There is no such mandate, or it has ended, so you cannot act by it"),
    "beyond-mandate": (403, "这件事不在委托的范围内", "This is not among what the mandate is for"),
    "not-while-acting": (403, "代他人办事时不能使用这项功能，请先切换回本人",
                         "Not while you act for somebody else; go back to your own affairs first"),
    "acting-changed": (
        409, "这份表单是以另一身份打开的，没有提交", "This form was opened for somebody else's affairs, so it was not taken"),
    "unknown-mandate": (404, "没有这份委托", "There is no such mandate"),
    "mandate-closed": (409, "这份委托已经结束", "This mandate has ended"),
    "mandate-not-yours": (403, "只有受托人本人可以接受委托", "Only whom a mandate was offered to can accept it"),
    "mandate-agent": (
        422, "受托人应是本人以外的一个人，请核对身份证号", "The agent has to be a person other than you; check the identity number"),
    "mandate-principal": (422, "监护须写被监护人的身份证号，法定代表须写单位的统一社会信用代码",
                          "A guardian has a person's identity number as principal, a representative an organisation's credit code"),
    "mandate-until": (422, "截止日期应在今天至两年之内", "The last day has to lie between today and two years from now"),
    "mandate-scope": (422, "没有这个部门或情形，或者两者都写了", "No such department or situations, or both were named"),
    "too-many-mandates": (409, "委托已达上限，请先结束不用的委托", "There are as many mandates as there may be; end one first"),
    "mandate-registered": (409, "监护和法定代表关系以登记为准，不能在这里结束",
                           "Guardians and representatives are who the registers say; this cannot be ended here"),
    "mandate-unconfirmed": (409, "登记信息不能证明您可以代为办理", "The register does not say that you may act for them"),
    "mandate-of-age": (409, "对方已经成年，请由其本人授权", "They are of age: it takes a mandate of theirs"),
    "mandate-register-silent": (503, "登记信息暂时查询不到，请稍后再试", "The register does not answer at present; please try again later"),
    "unknown-case": (404, "没有这个办件", "There is no such case"),
    "case-erased": (410, "办件的保存期限已满，内容已经删除", "The time for which the case was kept is over; what it held is erased"),
    "unknown-head": (404, "没有这一批封存", "There is no such batch of the record"),
    "record-broken": (
        500, "记录与所签的不符，请用 miaopi audit verify 查明", "The record is not as it was signed; miaopi audit verify says where"),
    "unknown-licence": (404, "没有这份证照", "There is no such licence"),
    "unknown-code": (404, "核验码不存在或已失效", "The code is unknown, or no longer good"),
    "unknown-matter": (404, "没有这个事项", "There is no such matter"),
    "draft-exists": (409, "您在这个情形下已有一份草稿", "You already have a draft for this situation"),
    "unknown-situation": (404, "没有这个情形", "There is no such situation"),
    "not-policy-writer": (403, "只有政策编写人可以这样做", "Only a policy writer can do this"),
    "unknown-ruleset": (404, "没有这套规则", "There is no such ruleset"),
    "unknown-draft": (404, "没有这份草稿", "There is no such draft"),
    "unknown-version": (404, "没有发布过这个版本", "No such version was ever published"),
    "unknown-job": (404, "没有这项任务", "There is no such job"),
    "version-missing": (428, "请在 If-Match 请求头里写明所见的版本", "Say in If-Match which version you have seen"),
    "draft-changed": (412, "草稿在此期间已有变动", "The draft has changed meanwhile"),
    "draft-not-submitted": (409, "草稿还没有提交复核", "The draft has not been submitted"),
    "draft-submitted": (409, "草稿已经提交复核或者发布", "The draft has been submitted or published already"),
    "effective-past": (422, "生效日期不能早于今天", "It cannot take effect before today"),
    "policy-refused": (422, "规则有错误，不能提交", "The ruleset has errors, so it cannot be submitted"),
    "cases-failed": (422, "有用例没有通过，不能提交", "A case fails, so it cannot be submitted"),
    "coverage-missing": (422, "用例没有覆盖全部条件和表格，不能提交", "The cases leave something unseen, so it cannot be submitted"),
    "reason-missing": (422, "规则尚未经过证明，请写明理由", "Nobody has proved what the ruleset promises; please give a reason"),
    "own-draft": (403, "编写或提交的人不能自己发布", "Whoever wrote or submitted it cannot publish it"),
    "nothing-to-change": (409, "目前没有可以这样操作的版本", "There is no version for which this can be done now"),
    "too-many-requests": (429, "请求过于频繁，请稍后再试", "Too many requests; please try again later"),
    "too-large": (413, "内容超过大小限制", "The body is over the size limit"),
    "too-slow": (408, "内容没有及时传完", "The body did not arrive in time"),
    "nul-in-text": (422, "文字中不能有空字符（U+0000）", "No text may hold the character U+0000"),
    "not-json": (415, "内容类型应为 application/json", "The content type must be application/json"),
    "form-forged": (403, "这份表单不是从本网站的页面提交的", "This form was not sent from a page of this site"),
    "form-unreadable": (415, "表单内容无法读取", "The form cannot be read"),
    "not-multipart": (415, "内容类型应为 multipart/form-data", "The content type must be multipart/form-data"),
    "bad-multipart": (422, "上传的内容不符合要求", "The upload is not as it should be"),
    "digest-mismatch": (
        400, "内容与所给的校验值不一致，请重新上传", "The content does not have the digest that was given; please send it again"),
    "material-refused": (422, "不能接受这份文件", "This file is not taken"),
    "too-many-uploads": (429, "今天上传的文件已达上限，请明天再传", "You have handed in as many files as you may today"),
    "vault-full": (409, "您的材料空间已满，请先删除不用的材料", "Your uploads take all their space; please remove some first"),
    "upload-in-use": (409, "这份材料已用于办件，不能删除", "This upload belongs to a case and cannot be removed"),
    "unknown-upload": (404, "没有这份材料", "There is no such upload"),
    "busy": (503, "上传的人太多，请稍后再试", "Too many are uploading at once; please try again in a moment"),
    "storage-failed": (503, "材料暂时无法存取，请稍后再试", "Files cannot be kept or read at present; please try again later"),
    "not-found": (404, "没有这个地址", "There is nothing at this address"),
    "not-allowed": (405, "这个地址不支持该方法", "This address does not take that method"),
    "not-ready": (503, "服务尚未就绪", "The service is not ready"),
    "failed": (500, "服务出错；请用相同的 Idempotency-Key 重试",
               "Something failed; please try again with the same Idempotency-Key"),
}  # fmt: skip
_MOST_GAPS = 100
_BY_STATUS = {404: "not-found", 405: "not-allowed", 413: "too-large", 415: "not-json"}
_GAP_CODES = {
    "missing": "missing", "extra_forbidden": "unknown-fact", "string_type": "not-text", "dict_type": "not-object",
    "model_type": "not-object", "model_attributes_type": "not-object", "list_type": "not-list", "bool_parsing": "not-boolean",
    "int_parsing": "not-integer",
}  # fmt: skip


class Problem(HTTPException):
    """`members` extend the document; a member named `detail` explains, and may be a pair of texts (zh, en)."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None, /, **members: Any) -> None:
        super().__init__(PROBLEMS[code][0], code, dict(headers or {}))
        self.code = code
        self.members = members

    def document(self, lang: Language) -> dict[str, Any]:
        members = {name: _in(lang, value) for name, value in self.members.items()}
        if gaps := self.members.get("gaps"):
            members["gaps"] = [gap.as_json(lang) for gap in gaps]
        status, zh, en = PROBLEMS[self.code]
        return {"type": f"urn:miaopi:problem:{self.code}", "title": zh if lang == "zh" else en, "status": status, **members}


def _in(lang: Language, value: Any) -> Any:
    return value[0 if lang == "zh" else 1] if isinstance(value, tuple) else value


def bad_json(code: str, params: Mapping[str, str]) -> Problem:
    """What is wrong with a JSON document, by its code in `engine.decision.problems`."""
    zh, en = MESSAGES[code]
    return Problem("bad-json", detail=(zh.format_map(params), en.format_map(params)), fault=code)


def invalid_request(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """From pydantic's errors, the first hundred. What was sent is not repeated: it may be personal."""
    gaps = []
    for error in errors[:_MOST_GAPS]:
        where = [str(part) for part in error["loc"]][1:] or ["body"]
        params = {"name": where[-1], "choices": str(error.get("ctx", {}).get("expected", ""))}
        code = "not-choice" if error["type"] == "literal_error" else _GAP_CODES.get(error["type"], "pattern")
        gaps.append(Gap(".".join(where), code, params=params))
    return Problem("invalid-request", gaps=gaps)


def of_status(status: int, headers: Mapping[str, str] | None) -> Problem:
    """For what the framework refuses by itself."""
    return Problem(_BY_STATUS.get(status, "invalid-request" if status < 500 else "failed"), headers)


def language(accepted: str | None) -> Language:
    """The language an `Accept-Language` header (RFC 9110) prefers; Chinese where it prefers neither."""
    best: tuple[float, Language] = (0.0, "zh")
    for part in (accepted or "")[:1000].split(","):
        found = re.fullmatch(r"\s*(zh|en)(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*", part, re.I)
        if found and (quality := float(found[2] or 1)) > best[0]:
            best = (quality, "en" if found[1].lower() == "en" else "zh")
    return best[1]
