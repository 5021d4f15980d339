/** Words for the codes that phone and server share: outcomes, tries, states of sending, refusals. */

import type { Pair } from "./language";

export const TEXTS = {
  "outcome.eligible": ["健在，符合条件", "Alive and eligible"],
  "outcome.in_care": ["在医院或养老院", "In hospital or a care home"],
  "outcome.deceased": ["已去世", "Has died"],
  "outcome.moved_away": ["搬到外地", "Moved away"],
  "outcome.unreachable": ["联系不上", "Cannot be reached"],
  "outcome.refused": ["拒绝核实", "Refused"],
  "outcome.identity_doubt": ["身份对不上", "Identity in doubt"],
  "outcome.imprisoned": ["正在服刑", "In prison"],
  "outcome.missing": ["失踪", "Missing"],
  "outcome.emigrated": ["定居境外", "Settled abroad"],
  "outcome.dependant_lost": ["遗属不再符合条件", "Dependant no longer eligible"],

  "met.person": ["见到本人", "Met the person"],
  "met.relative_only": ["只见到亲属", "Met a relative only"],
  "met.nobody_home": ["家里没人", "Nobody at home"],
  "met.door_not_opened": ["有人但没开门", "Door not opened"],
  "met.wrong_address": ["地址不对", "Wrong address"],
  "met.address_demolished": ["房子已拆", "House demolished"],
  "met.moved_address_known": ["搬走了，知道新地址", "Moved, new address known"],
  "met.moved_address_unknown": ["搬走了，不知道去哪", "Moved, new address unknown"],
  "met.in_hospital": ["住院了", "In hospital"],
  "met.care_home": ["在养老院", "In a care home"],
  "met.travelling_with_children": ["跟子女在外地", "Away with the children"],
  "met.abroad": ["在国外", "Abroad"],
  "met.deceased": ["听说已去世", "Said to have died"],
  "met.refused": ["拒绝", "Refused"],
  "met.unsafe": ["不安全（有狗、争吵等）", "Unsafe (dog, quarrel)"],
  "met.asleep_or_ill": ["在休息或生病，改天再来", "Asleep or ill, come again"],
  "met.phone_off": ["电话关机或没人接", "Phone off or no answer"],
  "met.number_void": ["电话是空号", "Number does not exist"],
  "met.number_belongs_to_other": ["电话是别人的", "Number belongs to someone else"],
  "met.call_answered_by_relative": ["电话是亲属接的", "A relative answered the call"],

  "action.rescheduled": ["约了下次时间", "Agreed another time"],
  "action.asked_neighbour": ["问了邻居或楼长", "Asked a neighbour"],
  "action.asked_relative": ["问了亲属", "Asked a relative"],
  "action.asked_former_employer": ["问了原单位", "Asked the former employer"],
  "action.asked_police": ["问了派出所", "Asked the police"],
  "action.left_note": ["留了字条", "Left a note"],
  "action.told_agency": ["告诉了经办机构", "Told the agency"],
  "action.handed_to_colleague": ["转给了同事", "Handed to a colleague"],

  "kind.photo": ["照片", "Photo"],
  "kind.video": ["视频", "Video"],
  "kind.document": ["材料照片", "Paper"],
  "kind.signature": ["签名", "Signature"],
  "kind.audio": ["录音", "Sound"],
  "kind.record": ["取证记录", "Capture record"],
  "kind.attempts": ["走访记录", "Tries"],
  "kind.result": ["核实结果", "Result"],

  "send.saved": ["已存在本机", "On this phone"],
  "send.queued": ["等待上传", "Waiting"],
  "send.sending": ["正在上传", "Uploading"],
  "send.received": ["办公室已收到", "Received"],
  "send.verified": ["已存证", "Verified"],
  "send.accepted": ["审核通过", "Accepted"],
  "send.returned": ["退回", "Returned"],
  "send.conflict": ["等待人工判断", "Waits for a person"],
  "send.refused": ["没有收下", "Not taken"],
  "send.aside": ["另行保管", "Kept apart"],

  "sync_trouble.signed_out": [
    "登录已过期，请到设置里重新登录。资料都存在本机。",
    "Your sign-in has ended. Please sign in again in Settings. Everything is kept here.",
  ],
  "sync_trouble.not_allowed": [
    "办公室暂不接收这个账号的资料。资料都存在本机，请联系管理员。",
    "The office does not take work from this account just now. It is kept here; please ask your office.",
  ],
  "sync_trouble.password_due": [
    "密码是别人设的，请先改成自己的，再领取名单。本机的资料照常上传。",
    "Somebody else set your password. Please change it first; then your visits come. What is on this phone is uploaded as ever.",
  ],
  "sync_trouble.server": [
    "办公室的系统出了故障。资料都存在本机，会自动再传。一直这样，请告诉管理员。",
    "The office's system has a fault. Everything is kept here and is tried again. If it stays so, please tell your office.",
  ],
  "sync_trouble.maintenance": [
    "办公室的系统正在维护或重新启动。资料都存在本机，过几分钟自动再传。",
    "The office's system is being looked after or starting again. Everything is kept here and goes out in a few minutes.",
  ],
  "sync_trouble.busy": [
    "上传的人多，办公室的系统请您稍等。资料都存在本机，会自动再传。",
    "Many are uploading, and the office's system asks you to wait. Everything is kept here and is tried again.",
  ],
  "sync_trouble.office_full": [
    "办公室的系统存满了，请告诉管理员。资料都存在本机，有空间后自动再传。",
    "The office's system has no space left; please tell your office. Everything is kept here and goes out once there is room.",
  ],
  "sync_trouble.portal": [
    "这个无线网要先在它的网页上登录才能用。请登录，或改用手机流量。资料都存在本机。",
    "This Wi-Fi first wants you to sign in on its own page. Please do, or use mobile data. Everything is kept here.",
  ],
  "sync_trouble.blocked": [
    "这个网络拦住了上传。请改用手机流量或别的网络。资料都存在本机，会自动再传。",
    "This network keeps uploads back. Please use mobile data or another network. Everything is kept here and is tried again.",
  ],
  "sync_trouble.clock": [
    "手机上的日期不对，所以连不上办公室。请到手机设置里打开「自动确定日期和时间」。资料都存在本机。",
    "The date on this phone is wrong, so the office cannot be reached. Please turn on automatic date and time in the phone's settings. Everything is kept here.",
  ],
  "sync_trouble.unreachable": [
    "手机有网络，但连不上办公室。请看看手机日期对不对，或换个网络。资料都存在本机，会自动再传。",
    "The phone is online but cannot reach the office. Please check the phone's date, or use another network. Everything is kept here and is tried again.",
  ],
  "sync_trouble.journal_broken": [
    "办公室的存证日志对不上，已停止删除本机原件。请告诉管理员。",
    "The office's journal does not match. Originals stay on this phone. Please tell your office.",
  ],
  "sync_trouble.storage_full": [
    "手机存储满了。请删些别的文件，再打开本页。",
    "The phone is full. Delete other files and reopen this page.",
  ],

  "refusal.other": ["办公室没有收下，请联系管理员。", "The office did not take it. Please ask your office."],
  "refusal.waits": ["这次没有传成，会自动再传。", "That did not go through. It is tried again."],
  "refusal.phone_fault": [
    "手机这次没能读出这份资料，会再试。请先备份（设置里「存成文件」），再重新打开本应用。",
    "The phone could not read this just now and will try again. Please save a backup in Settings, then reopen the app.",
  ],
  "refusal.record_missing": [
    "手机里找不到这份取证记录，请告诉管理员。",
    "This record is not found on the phone. Please tell your office.",
  ],
  "refusal.report_missing": [
    "手机里找不到这份记录的内容，请告诉管理员。",
    "The content of this report is not found on the phone. Please tell your office.",
  ],
  "refusal.original_released": [
    "办公室的数据恢复过，这个文件在那里丢了；本机的原件已凭回执删除。请告诉管理员。",
    "The office restored its data and lost this file; this phone had let go of the original by the receipt. Please tell your office.",
  ],
  "refusal.file_missing": [
    "手机里找不到这个文件，请告诉管理员。",
    "This file is not found on the phone. Please tell your office.",
  ],
  "refusal.file_damaged": [
    "手机里的这个文件已损坏，请告诉管理员。",
    "This file is damaged on the phone. Please tell your office.",
  ],
  "refusal.media_refused": [
    "办公室查看后没有采用这个文件，请告诉管理员，需要时重新拍。",
    "The office looked at this file and set it aside. Please tell your office, and take it again if asked.",
  ],
  "refusal.bad_signature": ["签名对不上，请联系管理员。", "The signature does not match. Please tell your office."],
  "refusal.unknown_device": ["这部手机没有登记，请重新登录。", "This phone is not registered. Please sign in again."],
  "refusal.revoked_device": [
    "这部手机的登记已取消，请重新登录。",
    "This phone's registration was withdrawn. Please sign in again.",
  ],
  "refusal.other_result_stands": [
    "已有另一份核实结果，两份都保留，由审核人员判断。",
    "Another result stands. Both are kept and a person decides.",
  ],
  "refusal.results_waiting": [
    "这次走访已有您的几份结果在等审核，请先等审核。照片和视频都已收下。",
    "Several of your results for this visit are waiting for review; please wait for it. Photos and videos are received.",
  ],
  "refusal.not_found": [
    "办公室的系统里没有这次走访（可能恢复过较早的备份），请告诉管理员。",
    "The office's system does not have this visit (it may have been restored from an older backup). Please tell your office.",
  ],
  "refusal.ticket_unknown": [
    "办公室的系统里没有这份取证凭证（可能恢复过较早的备份），请告诉管理员。",
    "The office's system does not have this ticket (it may have been restored from an older backup). Please tell your office.",
  ],
  "refusal.ticket_mismatch": ["取证凭证的内容对不上，请告诉管理员。", "The ticket does not match. Please tell your office."],
  "refusal.ticket_foreign": [
    "取证凭证是另一部手机的，请告诉管理员。",
    "The ticket belongs to another phone. Please tell your office.",
  ],
  "refusal.ticket_expired": [
    "取证时凭证已过期，请告诉管理员。",
    "The ticket had run out when this was taken. Please tell your office.",
  ],
  "refusal.seq_fork": [
    "这部手机的记录出现了两个分支，请告诉管理员。",
    "The records of this phone fork. Please tell your office.",
  ],
  "refusal.worker_mismatch": [
    "取证记录里的走访人员与登录的人不同，请告诉管理员。",
    "The record names another worker. Please tell your office.",
  ],
  "refusal.subject_mismatch": [
    "取证记录里的人与这次走访的人不同，请告诉管理员。",
    "The record is about another person than the visit. Please tell your office.",
  ],
  "refusal.attempt_differs": [
    "这条走访记录与办公室已有的不同，请告诉管理员。",
    "This try differs from what the office has. Please tell your office.",
  ],
  "refusal.result_differs": [
    "这份结果与办公室已有的不同，请告诉管理员。",
    "This result differs from what the office has. Please tell your office.",
  ],
  "refusal.documents_missing": ["这个结果需要的材料还不齐。", "This result needs more documents."],
  "refusal.person_not_shown": ["这个结果需要本人的照片。", "This result needs a photo of the person."],
  "refusal.capture_refused": [
    "这次有一份照片或视频的取证记录，办公室没有收下，结果就一直没有报上去。请重拍，再报一次。原来的还在手机里。",
    "The office did not take the record of one photo or video of this visit, so the result cannot go out. Please take it again and report again. The first one stays on this phone.",
  ],
  "refusal.capture_unknown": [
    "结果所依据的取证记录，办公室没有采用。需要时请重拍，再报一次。",
    "The office did not take the record that this result rests on. If asked, please take it again and report again.",
  ],
} as const satisfies Record<string, Pair>;
