/** Texts of the settings. */

import type { Pair } from "./language";

export const TEXTS = {
  "settings.title": ["设置", "Settings"],
  "settings.look": ["显示", "Display"],
  "settings.language": ["语言", "Language"],
  "settings.text": ["字号", "Text size"],
  "settings.theme": ["明暗", "Theme"],
  "settings.version": ["版本 {version}", "Version {version}"],
  "text_size.normal": ["标准", "Normal"],
  "text_size.large": ["大字", "Large"],
  "text_size.double": ["特大", "Double"],
  "theme.system": ["随手机", "As the phone"],
  "theme.light": ["浅色", "Light"],
  "theme.dark": ["深色", "Dark"],

  "space.title": ["手机里的资料", "Kept on this phone"],
  "space.used": ["已用", "Used"],
  "space.limit": ["上限", "Limit"],
  "space.limit_words": [
    "浏览器最多给 {size}，不等于手机剩余空间",
    "The browser gives up to {size}; this is not the phone's free space",
  ],
  "space.kept": ["保护", "Protection"],
  "space.unknown": ["浏览器没有说明", "The browser does not say"],
  "space.persisted": ["浏览器答应不清理", "The browser will not clear it"],
  "space.not_persisted": ["可能被清理", "May be cleared"],
  "space.why": [
    "手机空间紧张时，浏览器可能清掉没上传的资料。请及时联网上传，并放到桌面使用。",
    "When space runs low the browser may clear unsent work. Upload soon and use the app from the home screen.",
  ],
  "space.ask": ["请浏览器保护资料", "Ask the browser to protect it"],
  "space.granted": ["浏览器已答应保护资料。", "The browser will protect it."],
  "space.not_granted": ["浏览器暂时没有答应。放到桌面后再试。", "Not granted yet. Add to the home screen and try again."],
  "space.nearly_full": ["存储快满了。请先联网上传，再继续拍。", "Storage is nearly full. Please upload before taking more."],

  "export.title": ["备份未上传的资料", "Back up unsent work"],
  "export.words": [
    "把 {count} 件未上传的资料存成一个文件，交给单位也能入库。",
    "Save {count} unsent {count:thing|things} into one file that the office can take in.",
  ],
  "export.nothing": ["没有未上传的资料。", "Nothing is unsent."],
  "export.save": ["存成文件", "Save a file"],
  "export.done": ["文件已交给浏览器下载。资料仍在本机。", "The file was handed to the browser. The work stays here too."],
  "export.failed": ["没有存成。资料仍在本机，请再试一次。", "Not saved. The work is still here. Please try again."],

  "permissions.title": ["权限", "Permissions"],
  "permissions.how": ["要改「不允许」，请到浏览器的网站设置里打开。", "To change a refusal, open the browser's site settings."],
  "permission.camera": ["相机", "Camera"],
  "permission.microphone": ["麦克风", "Microphone"],
  "permission.geolocation": ["定位", "Location"],
  "permission_state.granted": ["已允许", "Allowed"],
  "permission_state.denied": ["不允许", "Not allowed"],
  "permission_state.prompt": ["用到时询问", "Asked when needed"],
  "permission_state.unknown": ["浏览器没有说明", "Not told"],

  "account.title": ["账号", "Account"],
  "account.expired": [
    "登录已过期。资料都存在本机，重新登录后继续上传。",
    "Your sign-in has ended. Everything is kept here and goes out after you sign in again.",
  ],
  "account.again": ["重新登录", "Sign in again"],
  "account.sign_out": ["退出登录", "Sign out"],
  "account.sure": ["要退出登录吗？", "Sign out?"],
  "account.unsent_stays": [
    "还有 {count} 件没上传。退出后仍存在本机，您再登录时会继续上传。",
    "{count} {count:thing is|things are} unsent. They stay on this phone and go out when you sign in again.",
  ],
  "account.all_sent": ["资料都已上传。", "Everything is uploaded."],
  "account.not_signed_out": [
    "没有退出成功，您还登录着。请腾出手机空间再试。",
    "You are still signed in: the phone could not write it down. Please make room and try again.",
  ],
  "password.title": ["修改密码", "Change password"],
  "password.due_title": ["请先改成自己的密码", "Please choose a password of your own"],
  "password.due_words": [
    "现在的密码是别人设的。改好后就能领取名单；本机的资料都在，照常上传。",
    "Somebody else set the present one. After the change your visits come; all work on this phone is safe and is uploaded as ever.",
  ],
  "password.present": ["现在的密码", "Present password"],
  "password.wanted": ["新密码（至少 10 个字符）", "New password (at least 10 characters)"],
  "password.hint": [
    "三四个不相干的词连在一起，又好记又难猜。",
    "Three or four unrelated words in a row are easy to keep and hard to guess.",
  ],
  "password.save": ["改密码", "Change it"],
  "password.saving": ["正在修改…", "Changing…"],
  "password.done": ["密码已改好。", "Your password has been changed."],
  "password.notice_title": ["{by} 改了您的密码", "{by} has set your password"],
  "password.notice_server": ["系统管理员", "The system's administrator"],
  "password.notice_words": [
    "时间：{at}。不是您要求的，请马上改密码，并告诉办公室。",
    "At {at}. If you did not ask for it, change your password now and tell your office.",
  ],
  "password.notice_fine": ["是我要求的", "I asked for it"],
  "account.stay": ["先不退出", "Stay signed in"],
} as const satisfies Record<string, Pair>;
