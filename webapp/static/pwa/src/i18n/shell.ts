/** Texts of the frame: sign-in, signal, updates, and what lies over every screen. */

import type { Pair } from "./language";

export const TEXTS = {
  "app.name": ["安在", "Anzai"],
  "action.back": ["返回", "Back"],
  "action.next": ["下一步", "Next"],
  "action.change": ["修改", "Change"],

  "nav.main": ["主要页面", "Main pages"],
  "nav.day": ["今天", "Today"],
  "nav.outbox": ["上传", "Uploads"],
  "nav.settings": ["设置", "Settings"],

  "signal.online": ["有信号", "Online"],
  "signal.offline": ["没信号", "Offline"],
  "signal.unsent": ["{count} 未传", "{count} unsent"],
  "signal.all_sent": ["已传完", "All sent"],
  "signal.of_others": ["他人 {count} 未传", "{count} of others unsent"],

  "language.other": ["English", "简体中文"],

  "sign_in.title": ["登录后领取走访名单", "Sign in to get your visits"],
  "sign_in.words": [
    "用单位给您的账号登录。这部手机会登记在您名下。",
    "Use the account your office gave you. This phone will be registered to you.",
  ],
  "sign_in.kept": [
    "这部手机上还有 {count} 件没传完，不会丢。",
    "{count} {count:thing is|things are} still unsent on this phone and safe.",
  ],
  "sign_in.username": ["账号", "Account"],
  "sign_in.password": ["密码", "Password"],
  "sign_in.show": ["显示", "Show"],
  "sign_in.hide": ["隐藏", "Hide"],
  "sign_in.submit": ["登录", "Sign in"],
  "sign_in.busy": ["正在登录…", "Signing in…"],

  "trouble.fields_empty": ["请填写账号和密码。", "Please fill in account and password."],
  "trouble.wrong_password": ["账号或密码不对，请再核对一次。", "Account or password is not right. Please check again."],
  "trouble.too_many_requests": ["试的次数多了，请过几分钟再登录。", "Too many tries. Please wait a few minutes."],
  "trouble.not_allowed": [
    "这个账号不能用于手机走访，请联系单位管理员。",
    "This account cannot be used for visits. Please ask your office.",
  ],
  "trouble.foreign_device": [
    "这部手机登记在别人名下，请联系单位管理员。",
    "This phone is registered to someone else. Please ask your office.",
  ],
  "trouble.revoked_device": [
    "这部手机已被停用，请联系单位管理员。手机里的资料都还在。",
    "This phone was withdrawn. Please ask your office. Everything on it is safe.",
  ],
  "trouble.maintenance": [
    "系统正在维护，请过几分钟再试。",
    "The system is being looked after. Please try again in a few minutes.",
  ],
  "trouble.busy": ["试的人多了，请过几分钟再登录。", "Many are trying. Please wait a few minutes."],
  "trouble.server": [
    "办公室的系统出了故障，请过一会儿再试。一直这样，请告诉管理员。",
    "The office's system has a fault. Please try again later; if it stays so, tell your office.",
  ],
  "trouble.office_full": [
    "办公室的系统存满了，请告诉管理员。",
    "The office's system has no space left. Please tell your office.",
  ],
  "trouble.portal": [
    "这个无线网要先在它的网页上登录才能用。请登录，或改用手机流量。",
    "This Wi-Fi first wants you to sign in on its own page. Please do, or use mobile data.",
  ],
  "trouble.blocked": [
    "这个网络不让连办公室。请改用手机流量或别的网络。",
    "This network does not let you reach the office. Please use mobile data or another network.",
  ],
  "trouble.clock": [
    "手机上的日期不对，所以连不上办公室。请到手机设置里打开「自动确定日期和时间」。",
    "The date on this phone is wrong, so the office cannot be reached. Please turn on automatic date and time in the phone's settings.",
  ],
  "trouble.unreachable": [
    "手机有网络，但连不上办公室。请看看手机日期对不对，或换个网络。",
    "The phone is online but cannot reach the office. Please check the phone's date, or use another network.",
  ],
  "trouble.offline": [
    "没有信号。第一次登录需要联网，请换个地方再试。",
    "No signal. The first sign-in needs a network. Please try again elsewhere.",
  ],
  "trouble.unknown": [
    "没有成功，手机里的资料都还在。请再试一次。",
    "That did not work. Everything on this phone is safe. Please try again.",
  ],
  "trouble.passwords_empty": ["请填写现在的密码和新密码。", "Please fill in the present and the new password."],
  "trouble.present_password_wrong": ["现在的密码不对，请再核对一次。", "The present password is not right. Please check again."],
  "trouble.password_same": ["新密码和现在的一样，请换一个。", "The new password is the present one. Please choose another."],
  "trouble.password_too_short": ["新密码太短，至少 10 个字符。", "The new password is too short: at least 10 characters."],
  "trouble.password_too_long": ["新密码太长，最多 200 个字符。", "The new password is too long: at most 200 characters."],
  "trouble.password_guessable": [
    "这个密码太容易猜。请避开常见密码、连着或重复的键、姓名、地名、生日和电话。",
    "This password is too easy to guess. Avoid common ones, rows of keys, names, places, birthdays and phone numbers.",
  ],
  "trouble.not_signed_in": ["登录已过期，请先重新登录。", "Your sign-in has ended. Please sign in again first."],
  "trouble.no_signal": [
    "没有信号，改密码要联网。请换个地方再试，现在的密码仍然有效。",
    "No signal. Changing it needs a network; the present password still holds. Please try again elsewhere.",
  ],
  "trouble.picked_unreadable": ["这个文件打不开，请重新拍一张。", "This file cannot be read. Please take another."],
  "trouble.picked_type": [
    "这种格式的视频办公室打不开，请改拍照片。",
    "The office cannot open this kind of video. Please take a photo instead.",
  ],

  "wechat.title": ["请换浏览器打开", "Please open in a browser"],
  "wechat.why": [
    "微信里的页面会被清理，照片可能丢失。请用手机自带的浏览器打开安在。",
    "WeChat may clear its pages, and photos could be lost. Please open Anzai in the phone's own browser.",
  ],
  "wechat.step_menu": ["1. 点右上角的「…」", "1. Tap “…” at the top right"],
  "wechat.step_browser": ["2. 选「在浏览器打开」", "2. Choose “Open in browser”"],
  "wechat.step_safari": ["2. 选「在 Safari 中打开」", "2. Choose “Open in Safari”"],
  "wechat.step_sign_in": ["3. 在浏览器里登录", "3. Sign in there"],
  "wechat.copy": ["复制网址", "Copy the address"],
  "wechat.copied": ["网址已复制，到浏览器里粘贴即可。", "Copied. Paste it into the browser."],
  "wechat.stay": ["仍在微信里使用", "Stay in WeChat anyway"],

  "install.title": ["放到手机桌面，资料更稳妥", "Add to the home screen to keep work safer"],
  "install.android": ["在浏览器菜单里选「添加到主屏幕」。", "In the browser's menu choose “Add to home screen”."],
  "install.ios": ["点浏览器下方的分享按钮，选「添加到主屏幕」。", "Tap the share button, then “Add to Home Screen”."],
  "install.now": ["放到桌面", "Add now"],

  "update.title": ["有新版本", "A new version is ready"],
  "update.words": ["更新只需几秒，手机里的资料都会保留。", "It takes a few seconds. Everything on this phone stays."],
  "update.now": ["现在更新", "Update now"],
  "update.later": ["以后再说", "Later"],

  "vanished.title": ["浏览器清掉了手机里的资料", "The browser has cleared this phone's work"],
  "vanished.words": [
    "有 {count} 件没传完的资料已不在这部手机上，已上传的都在。请告诉管理员，并重新登录。",
    "{count} unsent {count:thing is|things are} gone from this phone; what was uploaded is safe. Please tell your office and sign in again.",
  ],
  "vanished.nothing_lost": [
    "当时没有未上传的资料，没有损失。请重新登录。",
    "Nothing was unsent, so nothing is lost. Please sign in again.",
  ],
  "vanished.understood": ["知道了", "I understand"],

  "stamp.kept": ["已存在本机", "On this phone"],
  "stamp.verified": ["已存证", "Verified"],
} as const satisfies Record<string, Pair>;
