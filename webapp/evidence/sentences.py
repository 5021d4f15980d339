"""What the evidence feature says: its refusals, and its flags with their innocent causes."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "bad_record": _l("取证记录不合规格（%(reason)s %(field)s），没有保存。"),
    "parcel_unreadable": _l("这不是手机存出的备份文件，或文件已损坏。没有写入任何内容。"),
    "parcel_member_damaged": _l("备份文件里的这一项已损坏，没有收下；其他各项不受影响。"),
    "parcel_member_failed": _l("系统出了故障，这一项没有收下；其他各项不受影响。"),
    "visit_unknown": _l("系统里没有这次走访。"),
    "bad_signature": _l("取证记录的签名不对，没有保存。"),
    "worker_mismatch": _l("取证记录里的走访人员不是现在登录的人。记录已另行保管，等待核查。"),
    "subject_mismatch": _l("取证记录里的人与这次走访的人不一致。记录已另行保管，等待核查。"),
    "seq_fork": _l("这部手机的记录出现了两个分支。记录已另行保管，等待核查。"),
    "ticket_unknown": _l("系统里没有这份取证凭证。记录已另行保管，等待核查。"),
    "ticket_mismatch": _l("取证凭证的内容对不上。记录已另行保管，等待核查。"),
    "ticket_foreign": _l("取证凭证是发给另一部手机的。记录已另行保管，等待核查。"),
    "ticket_expired": _l("取证时凭证已过期。记录已另行保管，等待核查。"),
    "capture_differs": _l("这个编号下已有另一份取证记录，原来的保持不变。"),
    "record_too_large": _l("取证记录超过 %(limit)s 字节，没有保存。"),
    "delivery_parts": _l("这批资料的各部分对不上，没有保存，仍在手机里。"),
    "quota_captures": _l("这部手机一小时内的记录太多，请稍后再传，资料仍在手机里。"),
    "quota_tickets": _l("这部手机一小时内领取的凭证太多，请稍后再试。"),
    "quota_bytes": _l("一小时内上传的文件太多，请稍后再传，资料仍在手机里。"),
    "commit_first": _l("还没有收到这份资料的取证记录，请先上传记录，再传文件。"),
    "media_not_in_record": _l("取证记录里没有这个文件。"),
    "media_length_differs": _l("文件大小与取证记录不一致。"),
    "media_refused": _l("这个文件的内容不能接受，已另行保管，等待核查。请重新拍摄。"),
    "media_mismatch": _l("收到的文件与取证记录的校验值不一致，已另行保管。请重新上传。"),
    "content_type": _l("文件的内容不是它所说的类型，已另行保管，等待核查。"),
    "content_truncated": _l("文件不完整，已另行保管，等待核查。"),
    "content_pixels": _l("图片的像素太多，已另行保管，等待核查。"),
    "content_polyglot": _l("图片后面还藏着另一个文件，已另行保管，等待核查。"),
    "evidence_move_forbidden": _l("这份资料现在的状态不允许这样做。"),
    "tus_version": _l("上传协议的版本不对，这里用 tus 1.0.0。"),
    "upload_metadata": _l("上传请求缺少文件的编号或校验值。"),
    "upload_length": _l("上传请求没有写明文件大小。"),
    "upload_offset": _l("续传的位置不对，应从 %(offset)s 开始。"),
    "upload_too_long": _l("传来的内容超出了文件大小，没有保存。"),
    "upload_locked": _l("这个文件正在另一个连接上传，请稍后再试。"),
    "upload_ended": _l("这次上传已经结束，请重新开始。"),
    "upload_finished": _l("文件已经收妥，不能撤回。"),
    "body_cut": _l("传输中断，收到的部分已保存，请从断点继续。"),
    "checksum_algorithm": _l("不支持这种校验方法，请用 sha256。"),
    "checksum_mismatch": _l("这一段的校验值不对，没有保存，请重传这一段。"),
    "own_result": _l("自己的走访结果要由别人审核。"),
    "already_reviewed": _l("这个结果已经有人审核过，您这次的决定没有保存。"),
    "code_seen_missing": _l("请先选择现场号码是否看到或听到。"),
    "second_needed": _l("您已经审核过，要由另一位有审核权限的人决定。"),
    "unseen_reason": _l("没有看到现场号码而要通过，请写明理由；之后还要由第二人审核。"),
    "unproven_reason": _l(
        "报来这个结果的手机没有经本人确认。要通过请写明理由；之后还要由第二人审核。"
    ),
    "own_rival": _l("您自己也报过这次走访的结果，要由别人审核。"),
    "not_accepted": _l("这个结果现在不是通过状态，没有可以撤回的决定。"),
    "take_back_late": _l("已过十分钟，要由另一位有审核权限的人写明理由后撤回。"),
    "take_back_reason": _l("撤回别人的决定，请写明理由。"),
    "files_missing": _l("还有 %(missing)s 份佐证资料没有收齐，暂时不能通过。"),
    "store_unavailable": _l("服务器一时存不下文件，请稍后再传，资料仍在手机里。"),
    "range_unsatisfiable": _l("请求的范围超出了文件。"),
}

# For each flag: what was seen, and what may innocently have caused it.
FLAG_SENTENCES: dict[str, tuple[LazyString, LazyString]] = {
    "location_missing": (
        _l("没有定位（%(reason)s）。"),
        _l("可能没有授权定位，或在楼道、电梯里收不到信号。"),
    ),
    "location_inconclusive": (
        _l("定位不够准，误差约 %(accuracy_m)s。"),
        _l("高楼之间和室内常常如此；基站定位误差可达上千米。"),
    ),
    "location_far": (
        _l("离登记住址约 %(distance_m)s（误差 %(accuracy_m)s）。"),
        _l("可能在子女家、医院或小区另一头见面，也可能登记的坐标不准。"),
    ),
    "location_stale": (
        _l("定位是拍摄前 %(seconds)s取得的。"),
        _l("手机一时没有新的定位，用了上一次的。"),
    ),
    "position_frozen": (
        _l("连续 %(samples)s 次定位一点不差。"),
        _l("有些手机静止时会重复报同一个位置。"),
    ),
    "accuracies_equal": (
        _l("几次定位的误差都正好是 %(accuracy_m)s。"),
        _l("有些手机只报取整的误差。"),
    ),
    "fix_bare": (
        _l("定位很准，却没有海拔、速度和方向。"),
        _l("室内靠无线网络定位时常常没有这些数据。"),
    ),
    "coordinates_rounded": (
        _l("坐标只有四位小数或更少。"),
        _l("有些手机为保护隐私只给大概位置。"),
    ),
    "exactly_registered": (
        _l("坐标与登记的点一模一样。"),
        _l("登记的点可能就是上次在同一处采集的。"),
    ),
    "coordinates_repeated": (
        _l("同样的坐标也出现在别的住址（%(times)s 次）。"),
        _l("同一栋楼、同一个院子里的几户会有相近的定位。"),
    ),
    "too_fast": (
        _l("与前后一次取证之间的速度约为每小时 %(kmh)s 公里。"),
        _l("定位可能跳动过，或手机的时钟改过。"),
    ),
    "position_time_off": (
        _l("定位的时间与手机时钟相差 %(seconds)s。"),
        _l("手机时钟不准，或用了较早的定位。"),
    ),
    "clock_jumped": (
        _l("走访期间手机时钟跳动了 %(seconds)s。"),
        _l("手机可能刚好自动校准了时间，或休眠过。"),
    ),
    "clock_off": (
        _l("手机时钟与服务器相差约 %(minutes)s。"),
        _l("手机没有打开自动校时。"),
    ),
    "clock_before_ticket": (
        _l("手机所报的时间比取证凭证还早 %(minutes)s。"),
        _l("手机的日期设置错了。能证明的时间以凭证和回执为准。"),
    ),
    "clock_after_commit": (
        _l("手机所报的时间比收到记录的时间还晚 %(minutes)s。"),
        _l("手机的日期设置错了。能证明的时间以凭证和回执为准。"),
    ),
    "late_commit": (
        _l("拍摄 %(days)s 天后才收到记录。"),
        _l("走访地可能长期没有网络，或手机送修过。"),
    ),
    "night": (
        _l("拍摄时间是夜里 %(at)s。"),
        _l("有的家庭只有晚上有人；手机时区也可能不对。"),
    ),
    "short_visit": (
        _l("从打开填报到填完只有 %(seconds)s。"),
        _l("可能在屋里办完事才打开手机填报。"),
    ),
    "busy_hour": (
        _l("一小时内走访了 %(visits)s 户。"),
        _l("同一栋楼、养老院里可能连着走访。"),
    ),
    "worker_related": (
        _l("走访人员与老人登记的联系人同名。"),
        _l("同名的人很多；村里也常有亲属关系，并不说明有问题。"),
    ),
    "dead_signal": (
        _l("另有信息说此人已去世（%(source)s）。"),
        _l("可能是同名或号码录入有误。"),
    ),
    "date_before_seen": (
        _l("所报的日期早于最近一次核实在世的日期，两份结果互相矛盾。"),
        _l("手机保存这份结果时，那次核实还没有通过，走访人员不可能知道。请对照两份资料。"),
    ),
    "date_before_birth": (
        _l("所报的日期早于现在登记的出生年份。"),
        _l("走访安排之后，这个人的登记信息有过改动。请核对出生日期。"),
    ),
    "ladder_calls": (
        _l("现在登记的号码还没有都打够三次。"),
        _l("走访安排之后，这个人的登记信息有过改动，手机保存结果时可能还没有新号码。"),
    ),
    "centenarian": (
        _l("已满 %(age)s 岁。"),
        _l("百岁老人确实有，请认真核对。"),
    ),
    "eligible_after_unreachable": (
        _l("%(days)s 天前另一位走访人员报过「联系不上」。"),
        _l("老人可能外出后刚回来。"),
    ),
    "result_after_checkout": (
        _l("这份资料是离开之后拍的。"),
        _l("可能忘了拍，又折返补拍。"),
    ),
    "picker": (
        _l("文件是从相册选的，不是当场拍的。"),
        _l("相机无法在网页里打开时，应用会改用选文件。"),
    ),
    "same_media": (
        _l("同一个文件也用在别处（%(times)s 次）。"),
        _l("夫妻合影或误传可能如此，请对照两份资料。"),
    ),
    "near_picture": (
        _l("与另一份资料的画面几乎相同（差 %(bits)s 位）。"),
        _l("同一地点、同一角度的两张照片可能很像，请对照。"),
    ),
    "picture_blank": (
        _l("画面几乎没有内容。"),
        _l("镜头可能被挡住，或光线太暗。"),
    ),
    "trailing_bytes": (
        _l("图片后面还有 %(bytes)s 字节别的数据。"),
        _l("有些手机会在照片后面附上动态照片、第二张小图或高动态范围的亮度图。"),
    ),
    "file_cut": (
        _l("文件没有正常结束，后面可能缺了一段。"),
        _l("有些手机写照片时不写结尾；录像中断、电量耗尽时也会这样。"),
    ),
    "second_file": (
        _l("文件里还夹着另一种文件：%(kind)s。"),
        _l("修图或传输软件可能把别的数据写进照片。导出时它已包成文本，不会被当成别的文件打开。"),
    ),
    "active_document": (
        _l("PDF 里有：%(kind)s。"),
        _l("有些填表或扫描软件会加上这些。导出时它已包成文本，不会自动运行。"),
    ),
    "no_picture_track": (
        _l("录像里只有声音，没有画面。"),
        _l("摄像头可能被别的应用占用，只录下了声音。"),
    ),
    "edit_list": (
        _l("录像里有 %(seconds)s已录的画面，播放时不会出现。"),
        _l("在手机里剪过头尾的录像会这样。原始文件里画面都还在。"),
    ),
    "values_unreadable": (
        _l("取证记录里有读不懂的值：%(fields)s。已当作没有处理，记录原样保存。"),
        _l("有些手机的定位或时钟会给出不可能的时间或误差。"),
    ),
    "undecodable": (
        _l("文件无法解码（%(reason)s）。"),
        _l("手机录制时可能出错或被中断。"),
    ),
    "too_large_to_show": (
        _l("这张照片太大，这里的内存不够做预览；原件已完整保存，可以下载查看。"),
        _l("有些手机的高像素模式会拍出上亿像素的照片。"),
    ),
    "extra_tracks": (
        _l("视频里有 %(tracks)s 条多余的轨道。"),
        _l("有些手机会附带位置或陀螺仪数据。"),
    ),
    "size_differs": (
        _l("画面尺寸或时长与记录不同。"),
        _l("有些浏览器会把竖拍的宽高报反。"),
    ),
    "metadata_differs": (
        _l("文件自带的时间或地点与记录不同。"),
        _l("从相册选的旧照片或时钟不准的手机会这样。"),
    ),
    "media_overdue": (
        _l("记录已到 %(days)s 天，文件还没有来。"),
        _l("手机可能一直没有连上无线网络。"),
    ),
    "seq_gap": (
        _l("这部手机在此之前还有记录没有收到（序号 %(seq)s）。"),
        _l("前面的记录可能还在手机里等待上传。"),
    ),
    "ticket_missing": (
        _l("拍摄时没有取证凭证，最早时间无法证明。"),
        _l("手机离线太久，凭证用完或过期了。"),
    ),
    "ticket_presented": (
        _l("取证凭证不在系统里，由手机重新出示，本系统的签名属实。"),
        _l("系统可能从较早的备份恢复过。最早时间只由凭证上的签名证明，存证日志里没有当时的记录。"),
    ),
    "challenge_missing": (
        _l("没有现场号码。"),
        _l("没有取证凭证时，应用给不出现场号码。"),
    ),
    "challenge_differs": (
        _l("记录的现场号码 %(code)s 与凭证算出的不同。"),
        _l("应用版本过旧时可能如此；请看画面里的现场号码。"),
    ),
    "revoked_device": (
        _l("手机停用之后才收到这份记录。"),
        _l("换手机或退出登录之前拍的，之后才连上网。"),
    ),
    "new_device": (
        _l("这部手机在 %(hours)s前以该走访人员的名义登记，此前另有手机，本人还没有确认。"),
        _l("可能换了手机，或浏览器清除过数据。可向本人核实。"),
    ),
    "given_password": (
        _l("这部手机用别人设置的密码登记，到资料送到时本人还没有改过密码。"),
        _l("可能刚由管理员重置了密码，还没有来得及改。可向本人核实。"),
    ),
    "account_off": (
        _l("由办公室从手机存出的文件收入；当时这个账号已停用，或不再走访。"),
        _l("走访人员离岗之前做的，离岗之前没有传完。可向本人核实。"),
    ),
    "phone_note": (
        _l("手机自己注明：%(note)s。"),
        _l("这是应用在拍摄时的提示，仅供参考。"),
    ),
}
