/** Texts of today's list. */

import type { Pair } from "./language";

export const TEXTS = {
  "day.title": ["{date}", "{date}"],
  "day.list": ["走访名单", "Visits"],
  "day.loading": ["正在读取…", "Loading…"],
  "day.fetching": ["正在领取名单…", "Getting your list…"],
  "day.failed": [
    "手机里的资料暂时读不出来。请关闭后重新打开，资料不会丢。",
    "The work on this phone cannot be read just now. Please close and reopen; nothing is lost.",
  ],
  "day.filters": ["按期限查看", "Show by due date"],
  "day.found": ["找到 {count} 位", "{count} found"],
  "day.search": ["搜索", "Search"],
  "day.search_hint": ["姓名、楼号、单元", "Name or building"],
  "day.order": ["排列", "Order"],
  "day.refresh": ["更新", "Refresh"],
  "day.refresh_offline": ["没有信号，名单还是原来的。", "No signal. The list is as it was."],
  "day.refresh_failed": [
    "办公室的系统暂时没有回应，名单还是原来的。",
    "The office's system does not answer just now. The list is as it was.",
  ],
  "day.no_position": ["定位没打开，先按期限排列。", "No position yet, so the list stays by due date."],
  "day.nothing": ["没有符合的走访", "No visit matches"],
  "day.clear": ["显示全部", "Show all"],
  "day.empty": ["今天没有走访", "No visits"],
  "day.no_list": ["还没领到名单", "The list has not come yet"],
  "day.empty_words": ["单位派发后会出现在这里。", "They appear here once your office sends them."],
  "day.empty_offline": [
    "连不上办公室。有信号后自动领取，请让这个页面开着。",
    "The office cannot be reached. The list comes by itself once there is signal; keep this page open.",
  ],
  "day.signed_out": [
    "登录已过期。资料都在手机里，重新登录后继续上传。",
    "Your sign-in has ended. Your work is on this phone and goes out after you sign in again.",
  ],
  "day.waiting_title": ["{count} 件等了一天以上", "{count:thing has|things have} waited over a day"],
  "day.waiting_words": [
    "从 {since} 起还没传完。请连上网，打开本页等一会儿。",
    "Waiting since {since}. Please go online and keep this page open for a while.",
  ],

  "phones.title": ["有一部手机用您的账号登录了", "A phone has signed in with your account"],
  "phones.words": ["{name}，{at}。是您自己的手机吗？", "{name}, {at}. Is it your own phone?"],
  "phones.nameless": ["没有名字的手机", "A phone without a name"],
  "phones.mine": ["是我的", "It is mine"],
  "phones.not_mine": ["不认识", "I do not know it"],
  "phones.failed": ["连不上办公室，请稍后再答。", "The office cannot be reached. Please answer later."],
  "phones.stopped": ["那部手机已停用", "That phone has been stopped"],
  "phones.password": [
    "有人知道您的密码，请联系办公室换一个。",
    "Somebody knows your password. Please ask your office for a new one.",
  ],

  "filter.open": ["待走访", "To do"],
  "filter.overdue": ["已逾期", "Overdue"],
  "filter.near": ["快到期", "Due soon"],
  "filter.done": ["已完成", "Done"],
  "order.due": ["按期限", "By date"],
  "order.route": ["按路线", "By route"],

  "due.overdue": ["逾期 {days} 天", "{days} {days:day|days} overdue"],
  "due.today": ["今天到期", "Due today"],
  "due.days": ["还有 {days} 天", "{days} {days:day|days} left"],
  "due.by": ["{date}前", "By {date}"],
  "stage.done": ["已完成", "Done"],
  "stage.returned": ["退回", "Returned"],
  "person.female": ["女", "Woman"],
  "person.male": ["男", "Man"],
  "person.age": ["{age} 岁", "{age}"],

  "outbox.title": ["上传", "Uploads"],
  "outbox.loading": ["正在读取…", "Loading…"],
  "outbox.unsent": ["{count} 件还在手机里", "{count} still on this phone"],
  "outbox.all_sent": ["都已上传", "Everything is uploaded"],
  "outbox.own_sent": ["您这里都已上传", "All of yours is uploaded"],
  "outbox.all_sent_words": ["办公室都收到了。", "The office has it all."],
  "outbox.also_aside": [
    "另有 {count} 件由办公室另行保管，由人核查，不会丢。",
    "The office also keeps apart, for a person to look at: {count}. Nothing of it is lost.",
  ],
  "outbox.some_aside": [
    "办公室都收到了，其中 {count} 件另行保管，由人核查，不会丢。",
    "The office has it all. {count} of it {count:is|are} kept apart for a person to look at; nothing is lost.",
  ],
  "outbox.offline": [
    "没有信号。资料已存在本机，联网后自动上传。",
    "No signal. Everything is kept here and goes out by itself once online.",
  ],
  "outbox.keep_open": ["请让这个页面开着，直到传完。", "Please keep this page open until it is done."],
  "outbox.of_others": [
    "另有 {count} 件是这部手机上其他人的，不会丢，联网或他们登录后会上传。",
    "{count} more {count:belongs|belong} to others on this phone. Nothing is lost: it goes out once online, or when they sign in.",
  ],
  "outbox.restored": [
    "{at} 发现办公室恢复过备份。本机还有的资料都已重新上传，传不了的在下面写明。",
    "On {at} this phone found that the office went back to a backup. All that is still here goes again; what cannot is named below.",
  ],
  "outbox.last_contact": ["上次联系办公室：{at}", "Last contact: {at}"],
  "outbox.now": ["现在上传", "Upload now"],
  "outbox.running": ["正在上传…", "Uploading…"],
  "outbox.empty": ["这里还没有资料", "Nothing here yet"],
  "outbox.empty_words": [
    "拍过的照片和记下的结果会在这里显示上传情况。",
    "Photos and results you record show their way to the office here.",
  ],
  "outbox.gone": ["（已不在名单里）", "(no longer on the list)"],
  "outbox.reviewer": ["审核意见：{words}", "Reviewer: {words}"],
  "outbox.go_again": ["打开这次走访", "Open this visit"],
  "outbox.retry": ["再试一次", "Try again"],
  "outbox.kept_apart": [
    "办公室已另行保管，由人核查，不会丢。",
    "The office keeps it apart for a person to look at; it is not lost.",
  ],
  "outbox.still_here": ["资料仍存在本机。", "It is still kept on this phone."],
  "outbox.record_refused": [
    "它的取证记录没有收下，文件先留在手机里。",
    "Its record was not taken, so the file stays on this phone.",
  ],
} as const satisfies Record<string, Pair>;
