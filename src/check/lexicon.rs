//! What words of reports say about a figure, as data. No name of a place, a unit or a document stands here.

use std::{collections::BTreeMap, sync::LazyLock};

/// Things that words say, as a set of bits.
pub type Said = u64;

macro_rules! said {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => { $($(#[$doc])* pub const $name: Said = 1 << $bit;)* };
}

said! {
    /// Taken in.
    RECEIVE = 0;
    /// New in the period.
    NEW = 1;
    /// A total.
    TOTAL = 2;
    /// Finished.
    RESOLVE = 3;
    /// Handed out.
    DELIVER = 4;
    /// In progress.
    PENDING = 5;
    /// What is left.
    REST = 6;
    /// From the period before.
    CARRIED = 7;
    /// All that had to be dealt with.
    TO_HANDLE = 8;
    /// Before the due date.
    EARLY = 9;
    /// On the due date.
    ON_TIME = 10;
    /// After it.
    LATE = 11;
    /// Not yet due.
    WITHIN = 12;
    /// Due in the period.
    DUE = 13;
    /// By the network.
    ONLINE = 14;
    /// Wholly by the network.
    FULL = 15;
    /// In part by the network.
    PART = 16;
    /// At the desk.
    DIRECT = 17;
    /// By post.
    POSTAL = 18;
    /// Waiting for papers.
    AWAITING = 19;
    /// Waiting for money.
    PAYMENT = 20;
    /// Given back.
    RETURNED = 21;
    /// Taken back.
    WITHDRAWN = 22;
    /// Stopped.
    STOPPED = 23;
    /// A complaint or a proposal.
    FEEDBACK = 24;
    /// Sent on to others.
    FORWARD = 25;
    /// Answered.
    ANSWER = 26;
    /// Very satisfied.
    VERY_SATISFIED = 27;
    /// Satisfied.
    SATISFIED = 28;
    /// Neither.
    NORMAL = 29;
    /// Not satisfied.
    UNSATISFIED = 30;
    /// Somebody's judgement of the service.
    RATING = 31;
    /// No result yet.
    NOT_YET = 32;
    /// Going to the period after.
    ONWARD = 33;
    /// A share is spoken of.
    SHARE = 34;
    /// Of which.
    OF_WHICH = 35;
    /// It consists of.
    CONSISTS = 36;
    /// Compared with another time.
    COMPARED = 37;
    /// More than before.
    MORE = 38;
    /// Less than before.
    LESS = 39;
    /// About so much.
    ABOUT = 40;
    /// A wish, not a figure.
    TARGET = 41;
    /// Others that are not named.
    OTHERS = 42;
    /// An average.
    AVERAGE = 43;
    /// Visits of a page.
    VISITS = 44;
    /// Digitised, paid, signed and the like: beside the balance.
    BESIDE = 45;
    /// Taken over from another unit.
    TAKEN_OVER = 46;
    /// Handed over to another unit.
    HANDED_OVER = 47;
}

/// Phrases and what they say; of several the longest counts. An empty set says: these words are no statement.
const PHRASES: &[(&str, Said)] = &[
    // taken in
    ("tiếp nhận", RECEIVE),
    ("đã nhận", RECEIVE),
    ("nhận được", RECEIVE),
    ("nhận mới", RECEIVE | NEW),
    ("nộp", RECEIVE),
    ("phát sinh", RECEIVE),
    ("thụ lý mới", RECEIVE | NEW),
    ("gửi đến", RECEIVE),
    ("đầu vào", RECEIVE),
    ("tiếp nhận mới", RECEIVE | NEW),
    ("mới tiếp nhận", RECEIVE | NEW),
    ("tiếp nhận trong kỳ", RECEIVE | NEW),
    ("nhận trong kỳ", RECEIVE | NEW),
    ("mới trong kỳ", NEW),
    ("phát sinh mới", RECEIVE | NEW),
    ("hồ sơ mới", NEW),
    ("nhận mới trong kỳ", RECEIVE | NEW),
    ("tiếp nhận mới trong kỳ", RECEIVE | NEW),
    ("số mới", NEW),
    ("phát sinh trong kỳ", RECEIVE | NEW),
    ("mới phát sinh", RECEIVE | NEW),
    ("trong kỳ", 0),
    ("trong tháng", 0),
    ("trong quý", 0),
    ("trong năm", 0),
    // totals
    ("tổng số", TOTAL),
    ("tổng cộng", TOTAL),
    ("tổng", TOTAL),
    ("tất cả", TOTAL),
    ("toàn bộ", 0),
    // finished
    ("giải quyết", RESOLVE),
    ("đã giải quyết", RESOLVE),
    ("giải quyết xong", RESOLVE),
    ("xử lý", RESOLVE),
    ("đã xử lý", RESOLVE),
    ("hoàn thành", RESOLVE),
    ("đã hoàn thành", RESOLVE),
    ("trả", RESOLVE),
    ("đã trả", RESOLVE),
    ("trả kết quả", RESOLVE | DELIVER),
    ("chuyển trả kết quả", RESOLVE | DELIVER),
    ("chuyển trả", RESOLVE | DELIVER),
    ("phát kết quả", RESOLVE | DELIVER),
    ("chuyển phát kết quả", RESOLVE | DELIVER),
    ("đã có kết quả", RESOLVE),
    ("có kết quả", RESOLVE),
    ("nhận kết quả", RESOLVE | DELIVER),
    ("kết quả được trả", RESOLVE | DELIVER),
    ("kết quả trả", RESOLVE | DELIVER),
    ("được trả", RESOLVE | DELIVER),
    ("đã trả kết quả", RESOLVE | DELIVER),
    ("giải quyết và trả kết quả", RESOLVE),
    ("giải quyết, trả kết quả", RESOLVE),
    ("giải quyết trả kết quả", RESOLVE),
    ("đã xong", RESOLVE),
    ("đã giải quyết xong", RESOLVE),
    ("đã được giải quyết", RESOLVE),
    ("được giải quyết", RESOLVE),
    ("đã xử lý xong", RESOLVE),
    ("thực hiện trả kết quả", RESOLVE | DELIVER),
    // to be dealt with
    ("phải giải quyết", TO_HANDLE),
    ("cần giải quyết", TO_HANDLE),
    ("phải xử lý", TO_HANDLE),
    ("cần xử lý", TO_HANDLE),
    ("yêu cầu giải quyết", TO_HANDLE),
    ("đề nghị giải quyết", TO_HANDLE),
    ("đã và đang giải quyết", TO_HANDLE),
    ("đã và đang xử lý", TO_HANDLE),
    ("đang và đã giải quyết", TO_HANDLE),
    ("cần phải giải quyết", TO_HANDLE),
    // in progress
    ("đang giải quyết", PENDING),
    ("đang xử lý", PENDING),
    ("đang được giải quyết", PENDING),
    ("đang được xử lý", PENDING),
    ("chưa giải quyết", PENDING),
    ("chưa xử lý", PENDING),
    ("chưa giải quyết xong", PENDING),
    ("đang thụ lý", PENDING),
    ("đang trong quá trình giải quyết", PENDING),
    ("đang trong quá trình xử lý", PENDING),
    ("đang xem xét", PENDING),
    ("đang được các cơ quan giải quyết", PENDING),
    ("đang được các cơ quan xử lý", PENDING),
    ("đang được các đơn vị giải quyết", PENDING),
    ("đang được các đơn vị xử lý", PENDING),
    ("đang được cơ quan chuyên môn giải quyết", PENDING),
    ("đang được cơ quan chuyên môn xử lý", PENDING),
    ("tiếp tục giải quyết", PENDING),
    ("đang tiếp tục giải quyết", PENDING),
    ("đang tiếp tục xử lý", PENDING),
    ("đang", 0),
    ("chưa có kết quả", NOT_YET),
    ("nhưng chưa có kết quả", NOT_YET),
    ("chưa trả kết quả", NOT_YET),
    ("chưa trả", NOT_YET),
    ("tồn cuối kỳ", PENDING),
    ("tồn cuối tháng", PENDING),
    ("tồn chuyển kỳ sau", PENDING),
    ("đang còn", REST),
    ("còn", REST),
    ("còn lại", REST),
    ("còn tồn", PENDING),
    ("tồn", REST),
    ("hiện còn", REST),
    ("chuyển kỳ sau", ONWARD),
    ("chuyển sang kỳ sau", ONWARD),
    ("chuyển tháng sau", ONWARD),
    ("chuyển sang tháng sau", ONWARD),
    ("chuyển qua kỳ sau", ONWARD),
    ("chuyển qua tháng sau", ONWARD),
    ("chuyển quý sau", ONWARD),
    ("chuyển sang quý sau", ONWARD),
    ("chuyển năm sau", ONWARD),
    ("chuyển sang năm sau", ONWARD),
    ("chuyển tiếp kỳ sau", ONWARD),
    // from before
    ("kỳ trước chuyển sang", CARRIED),
    ("kỳ trước chuyển qua", CARRIED),
    ("từ kỳ trước", CARRIED),
    ("kỳ trước", CARRIED),
    ("tồn kỳ trước", CARRIED),
    ("tồn trước", CARRIED),
    ("tồn đầu kỳ", CARRIED),
    ("tồn từ", CARRIED),
    ("tồn đọng", CARRIED),
    ("tháng trước chuyển sang", CARRIED),
    ("tháng trước chuyển qua", CARRIED),
    ("quý trước chuyển sang", CARRIED),
    ("quý trước chuyển qua", CARRIED),
    ("năm trước chuyển sang", CARRIED),
    ("năm trước chuyển qua", CARRIED),
    ("trước chuyển sang", CARRIED),
    ("trước chuyển qua", CARRIED),
    ("chuyển sang", CARRIED),
    ("chuyển qua", CARRIED),
    ("tồn tháng trước", CARRIED),
    ("tồn quý trước", CARRIED),
    ("tồn năm trước", CARRIED),
    ("tồn cũ", CARRIED),
    ("tồn cũ chuyển sang", CARRIED),
    ("từ tháng trước", CARRIED),
    ("từ quý trước", CARRIED),
    ("từ năm trước", CARRIED),
    ("từ tháng trước chuyển sang", CARRIED),
    ("từ quý trước chuyển sang", CARRIED),
    ("từ năm trước chuyển sang", CARRIED),
    ("chuyển từ kỳ trước", CARRIED),
    ("chuyển từ tháng trước", CARRIED),
    ("chuyển từ quý trước", CARRIED),
    ("chuyển từ năm trước", CARRIED),
    ("chuyển từ kỳ trước sang", CARRIED),
    ("chuyển từ tháng trước sang", CARRIED),
    ("chuyển từ quý trước sang", CARRIED),
    ("chuyển từ năm trước sang", CARRIED),
    ("tồn từ kỳ trước", CARRIED),
    ("tồn từ tháng trước", CARRIED),
    ("tồn từ quý trước", CARRIED),
    ("tồn từ năm trước", CARRIED),
    ("tồn chuyển sang", CARRIED),
    ("tồn chuyển qua", CARRIED),
    ("còn tồn kỳ trước", CARRIED),
    ("tồn của kỳ trước", CARRIED),
    ("tồn kỳ trước chuyển sang", CARRIED),
    ("tồn kỳ trước chuyển qua", CARRIED),
    ("từ kỳ trước chuyển sang", CARRIED),
    ("từ kỳ trước chuyển qua", CARRIED),
    ("số tồn", CARRIED),
    ("của kỳ trước chuyển sang", CARRIED),
    ("từ trước chuyển sang", CARRIED),
    ("từ trước chuyển qua", CARRIED),
    ("tồn trước chuyển sang", CARRIED),
    ("kỳ trước chuyển tiếp", CARRIED),
    ("kỳ trước để lại", CARRIED),
    ("kỳ trước mang sang", CARRIED),
    ("mang sang", CARRIED),
    // from and to other units
    ("nhận bàn giao", TAKEN_OVER),
    ("tiếp nhận bàn giao", TAKEN_OVER),
    ("nhận bàn giao từ đơn vị khác", TAKEN_OVER),
    ("bàn giao đi", HANDED_OVER),
    ("đã bàn giao đi", HANDED_OVER),
    ("bàn giao cho", HANDED_OVER),
    ("bàn giao cho đơn vị khác", HANDED_OVER),
    // against the due date
    ("trước hạn", EARLY),
    ("sớm hạn", EARLY),
    ("trước thời hạn", EARLY),
    ("sớm hơn hạn", EARLY),
    ("trước hẹn", EARLY),
    ("sớm hẹn", EARLY),
    ("trước thời gian quy định", EARLY),
    ("trước", 0),
    ("sớm", 0),
    ("sớm thời hạn", EARLY),
    ("đúng hạn", ON_TIME),
    ("đúng thời hạn", ON_TIME),
    ("đúng hẹn", ON_TIME),
    ("đúng thời gian", ON_TIME),
    ("đúng quy định", 0),
    ("đúng", 0),
    ("trước và đúng hạn", EARLY | ON_TIME),
    ("đúng và trước hạn", EARLY | ON_TIME),
    ("trước hạn và đúng hạn", EARLY | ON_TIME),
    ("đúng hạn và trước hạn", EARLY | ON_TIME),
    ("sớm và đúng hạn", EARLY | ON_TIME),
    ("đúng và sớm hạn", EARLY | ON_TIME),
    ("sớm hạn và đúng hạn", EARLY | ON_TIME),
    ("trước hoặc đúng hạn", EARLY | ON_TIME),
    ("trước và đúng thời hạn", EARLY | ON_TIME),
    ("đúng và trước thời hạn", EARLY | ON_TIME),
    ("trước và đúng hẹn", EARLY | ON_TIME),
    ("đúng hạn hoặc trước hạn", EARLY | ON_TIME),
    ("trước hạn hoặc đúng hạn", EARLY | ON_TIME),
    ("sớm hoặc đúng hạn", EARLY | ON_TIME),
    ("trước thời hạn và đúng hạn", EARLY | ON_TIME),
    ("trước thời hạn và đúng thời hạn", EARLY | ON_TIME),
    ("đúng thời hạn và trước thời hạn", EARLY | ON_TIME),
    ("đúng hạn, trước hạn", EARLY | ON_TIME),
    ("trước đúng hạn", EARLY | ON_TIME),
    ("đúng hạn trước hạn", EARLY | ON_TIME),
    ("trước hạn đúng hạn", EARLY | ON_TIME),
    ("đúng trước hạn", EARLY | ON_TIME),
    ("sớm đúng hạn", EARLY | ON_TIME),
    ("không quá hạn", 0),
    ("không trễ hạn", 0),
    ("quá hạn", LATE),
    ("trễ hạn", LATE),
    ("chậm hạn", LATE),
    ("quá thời hạn", LATE),
    ("trễ hẹn", LATE),
    ("muộn hạn", LATE),
    ("quá thời gian quy định", LATE),
    ("quá hẹn", LATE),
    ("sau hạn", LATE),
    ("chậm trễ", LATE),
    ("chậm", LATE),
    ("trễ", LATE),
    ("chậm muộn", LATE),
    ("quá hạn giải quyết", LATE),
    ("quá thời hạn giải quyết", LATE),
    ("quá hạn xử lý", LATE),
    ("quá hạn so với quy định", LATE),
    ("quá thời hạn quy định", LATE),
    ("trễ hạn giải quyết", LATE),
    ("quá hạn trả kết quả", LATE),
    ("bị quá hạn", LATE),
    ("bị trễ hạn", LATE),
    ("trong hạn", WITHIN),
    ("còn hạn", WITHIN),
    ("còn trong hạn", WITHIN),
    ("chưa đến hạn", WITHIN),
    ("chưa tới hạn", WITHIN),
    ("trong thời hạn", WITHIN),
    ("trong hạn giải quyết", WITHIN),
    ("trong thời hạn giải quyết", WITHIN),
    ("đang trong hạn", WITHIN),
    ("đang trong thời hạn", WITHIN),
    ("đang trong hạn giải quyết", WITHIN),
    ("đang trong thời hạn giải quyết", WITHIN),
    ("chưa đến hạn giải quyết", WITHIN),
    ("còn thời hạn", WITHIN),
    ("chưa đến hạn trả", WITHIN),
    ("chưa đến hạn trả kết quả", WITHIN),
    ("còn hạn giải quyết", WITHIN),
    ("còn thời hạn giải quyết", WITHIN),
    ("còn trong thời hạn", WITHIN),
    ("còn trong thời hạn giải quyết", WITHIN),
    ("còn trong hạn giải quyết", WITHIN),
    ("chưa quá hạn", WITHIN),
    ("chưa đến", WITHIN),
    ("trong hạn xử lý", WITHIN),
    ("đến hạn", DUE),
    ("đến hạn giải quyết", DUE),
    ("đến hạn trả", DUE),
    ("đến hạn trả kết quả", DUE),
    ("tới hạn", DUE),
    ("phải trả", DUE),
    // how they came
    ("trực tuyến", ONLINE),
    ("qua mạng", ONLINE),
    ("trên môi trường mạng", ONLINE),
    ("dvctt", ONLINE),
    ("dịch vụ công trực tuyến", ONLINE),
    ("online", ONLINE),
    ("qua cổng dịch vụ công", ONLINE),
    ("trực tuyến toàn trình", ONLINE | FULL),
    ("toàn trình", ONLINE | FULL),
    ("trực tuyến một phần", ONLINE | PART),
    ("một phần", ONLINE | PART),
    ("dịch vụ công trực tuyến toàn trình", ONLINE | FULL),
    ("dịch vụ công trực tuyến một phần", ONLINE | PART),
    ("dvc trực tuyến", ONLINE),
    ("nộp trực tuyến", RECEIVE | ONLINE),
    ("thanh toán trực tuyến", BESIDE),
    ("trực tiếp", DIRECT),
    ("tại quầy", DIRECT),
    ("bưu chính", POSTAL),
    ("bưu chính công ích", POSTAL),
    ("bưu điện", POSTAL),
    ("dịch vụ bưu chính", POSTAL),
    ("dịch vụ bưu chính công ích", POSTAL),
    ("bcci", POSTAL),
    ("qua bưu chính", POSTAL),
    ("đường bưu điện", POSTAL),
    // other ways out
    ("chờ bổ sung", AWAITING),
    ("yêu cầu bổ sung", AWAITING),
    ("tạm dừng chờ bổ sung", AWAITING),
    ("tạm dừng, chờ bổ sung", AWAITING),
    ("bổ sung", AWAITING),
    ("sửa đổi bổ sung", 0),
    ("cần bổ sung", AWAITING),
    ("tạm dừng", AWAITING),
    ("tạm dừng xử lý", AWAITING),
    ("sửa đổi, bổ sung", 0),
    ("chờ thực hiện nghĩa vụ tài chính", PAYMENT),
    ("nghĩa vụ tài chính", PAYMENT),
    ("chờ nộp thuế", PAYMENT),
    ("chờ nghĩa vụ tài chính", PAYMENT),
    ("trả lại", RETURNED),
    ("từ chối", RETURNED),
    ("không đủ điều kiện", RETURNED),
    ("bị trả lại", RETURNED),
    ("hồ sơ trả lại", RETURNED),
    ("không giải quyết", RETURNED),
    ("trả về", RETURNED),
    ("từ chối giải quyết", RETURNED),
    ("từ chối tiếp nhận", 0),
    ("không hợp lệ", RETURNED),
    ("không đủ điều kiện giải quyết", RETURNED),
    ("rút", WITHDRAWN),
    ("xin rút", WITHDRAWN),
    ("đề nghị rút", WITHDRAWN),
    ("rút hồ sơ", WITHDRAWN),
    ("rút lại", WITHDRAWN),
    ("rút ngắn", 0),
    ("dừng xử lý", STOPPED),
    ("dừng giải quyết", STOPPED),
    ("hủy", STOPPED),
    ("đã hủy", STOPPED),
    ("bị hủy", STOPPED),
    // complaints, judgements
    ("phản ánh", FEEDBACK),
    ("kiến nghị", FEEDBACK),
    ("pakn", FEEDBACK),
    ("góp ý", FEEDBACK),
    ("khiếu nại", FEEDBACK),
    ("phản ánh kiến nghị", FEEDBACK),
    ("trả lời", ANSWER),
    ("đã trả lời", ANSWER),
    ("chuyển cơ quan", FORWARD),
    ("chuyển đến", FORWARD),
    ("chuyển cho", FORWARD),
    ("chuyển các", FORWARD),
    ("chuyển xử lý", FORWARD),
    ("hướng dẫn", FORWARD),
    ("chuyển đơn vị", FORWARD),
    ("chuyển tiếp", FORWARD),
    ("chuyển cấp", FORWARD),
    ("chuyển sở", FORWARD),
    ("chuyển ubnd", FORWARD),
    ("rất hài lòng", VERY_SATISFIED),
    ("hài lòng", SATISFIED),
    ("bình thường", NORMAL),
    ("không hài lòng", UNSATISFIED),
    ("chưa hài lòng", UNSATISFIED),
    ("rất không hài lòng", UNSATISFIED),
    ("đánh giá", RATING),
    ("khảo sát", RATING),
    ("phát ra", BESIDE),
    ("phát phiếu", BESIDE),
    ("gửi phiếu", BESIDE),
    ("thu về", RATING),
    ("thu được", RATING),
    ("lấy ý kiến", RATING),
    ("mức độ hài lòng", RATING),
    ("mức hài lòng", RATING),
    ("rất tốt", VERY_SATISFIED),
    ("chấp nhận được", NORMAL),
    ("sự hài lòng", RATING),
    ("tỷ lệ hài lòng", RATING | SHARE),
    // shares and structure
    ("tỷ lệ", SHARE),
    ("tỉ lệ", SHARE),
    ("chiếm", SHARE),
    ("đạt", SHARE),
    ("trong đó", OF_WHICH),
    ("trong số đó", OF_WHICH),
    ("trong số này", OF_WHICH),
    ("kể cả", OF_WHICH),
    ("bao gồm cả", OF_WHICH),
    ("gồm", CONSISTS),
    ("bao gồm", CONSISTS),
    ("gồm có", CONSISTS),
    ("khác", OTHERS),
    ("còn lại là", REST),
    // comparing
    ("so với", COMPARED),
    ("tăng", MORE),
    ("tăng thêm", MORE),
    ("giảm", LESS),
    ("giảm còn", 0),
    ("cao hơn", MORE),
    ("vượt", MORE),
    ("thấp hơn", LESS),
    ("nhiều hơn", MORE),
    ("ít hơn", LESS),
    ("nâng", 0),
    ("tăng lên", 0),
    ("giảm xuống", 0),
    ("giảm xuống còn", 0),
    ("tăng từ", MORE),
    ("giảm từ", LESS),
    ("cắt giảm", BESIDE),
    ("trung bình", AVERAGE),
    ("bình quân", AVERAGE),
    // about
    ("hơn", ABOUT),
    ("gần", ABOUT),
    ("trên", ABOUT),
    ("khoảng", ABOUT),
    ("ngót", ABOUT),
    ("xấp xỉ", ABOUT),
    ("dưới", ABOUT),
    ("tới", 0),
    ("trên dưới", ABOUT),
    // wishes
    ("phấn đấu", TARGET),
    ("chỉ tiêu", TARGET),
    ("mục tiêu", TARGET),
    ("tối thiểu", TARGET),
    ("ít nhất", TARGET),
    ("trở lên", TARGET),
    ("kế hoạch đề ra", TARGET),
    ("yêu cầu đạt", TARGET),
    ("đặt ra", TARGET),
    // visits
    ("lượt truy cập", VISITS),
    ("lượt xem", VISITS),
    ("truy cập", VISITS),
    ("đang online", VISITS),
    ("đang truy cập", VISITS),
    ("thống kê truy cập", VISITS),
    ("khách online", VISITS),
    ("lượt đọc", VISITS),
    ("số hóa", BESIDE),
    ("được số hóa", BESIDE),
    ("ký số", BESIDE),
    ("liên thông", 0),
    ("nhắn tin", BESIDE),
    ("tin nhắn", BESIDE),
    ("xin lỗi", BESIDE),
    ("thư xin lỗi", BESIDE),
    ("phiếu xin lỗi", BESIDE),
    ("không phụ thuộc địa giới", BESIDE),
    ("phi địa giới", BESIDE),
    ("thanh toán", BESIDE),
    ("cấp kết quả điện tử", BESIDE),
    ("kết quả điện tử", BESIDE),
    ("sắp đến hạn", BESIDE),
    ("sắp trễ", BESIDE),
    ("cuộc gọi", BESIDE),
    ("không phát sinh", BESIDE),
    ("chưa phát sinh", BESIDE),
    // words of names and of customary turns that say nothing of a figure
    ("bộ phận tiếp nhận và trả kết quả", 0),
    ("bộ phận tiếp nhận và trả kết quả giải quyết tthc", 0),
    ("bộ phận tiếp nhận và trả kết quả giải quyết thủ tục hành chính", 0),
    ("tiếp nhận và trả kết quả giải quyết tthc", 0),
    ("tiếp nhận và trả kết quả giải quyết thủ tục hành chính", 0),
    ("tiếp nhận và trả kết quả giải quyết", 0),
    ("bộ phận tiếp nhận", 0),
    ("tiếp nhận, giải quyết và trả kết quả", 0),
    ("tiếp nhận và trả kết quả", 0),
    ("kết quả giải quyết", 0),
    ("kết quả tiếp nhận", 0),
    ("thẩm quyền giải quyết", 0),
    ("thời hạn giải quyết", 0),
    ("thời gian giải quyết", 0),
    ("quy trình giải quyết", 0),
    ("cơ quan giải quyết", 0),
    ("tình hình giải quyết", 0),
    ("giải quyết công việc", 0),
    ("tình hình tiếp nhận", 0),
    ("giải quyết thủ tục hành chính", RESOLVE),
    ("hệ thống tiếp nhận", 0),
    ("kết quả giải quyết thủ tục hành chính", 0),
    ("kết quả giải quyết tthc", 0),
    ("công tác giải quyết", 0),
    ("việc tiếp nhận", 0),
    ("việc giải quyết", 0),
    ("quá trình giải quyết", 0),
    ("chất lượng giải quyết", 0),
    ("trung tâm", 0),
    ("sổ tiếp nhận", 0),
    ("thời gian tới", 0),
    ("trên địa bàn", 0),
    ("trên hệ thống", 0),
    ("trên phần mềm", 0),
    ("trên cơ sở", 0),
    ("trên cổng", 0),
    ("trên tổng số", 0),
    ("công bố", 0),
];

/// A phrase in words, and what it says.
type Phrase = (Vec<&'static str>, Said);

static BY_FIRST: LazyLock<BTreeMap<&'static str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut map: BTreeMap<&str, Vec<(Vec<&str>, Said)>> = BTreeMap::new();
    for (phrase, said) in PHRASES {
        let words: Vec<&str> = phrase.split([' ', ',']).filter(|w| !w.is_empty()).collect();
        if let Some(first) = words.first() {
            map.entry(first).or_default().push((words, *said));
        }
    }
    for phrases in map.values_mut() {
        phrases.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    map
});

/// The longest phrase that begins with these words: how many it takes, and what it says.
pub fn phrase<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Option<(usize, Said)> {
    let first = words.clone().next()?;
    BY_FIRST.get(first)?.iter().find_map(|(phrase, said)| {
        let matched = phrase.iter().copied().eq(words.clone().take(phrase.len()));
        matched.then_some((phrase.len(), *said))
    })
}

/// What is counted, by the words behind a number.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Thing {
    /// Dossiers.
    Dossier,
    /// Results handed out.
    Result,
    /// Complaints and proposals.
    Feedback,
    /// Judgements.
    Rating,
    /// Procedures.
    Procedure,
    /// Thousands or millions: a rounded figure.
    Rounded,
    /// Not said.
    Unsaid,
    /// Anything else: people, days, money.
    Other,
}

const THINGS: &[(&str, Thing)] = &[
    ("hồ sơ", Thing::Dossier),
    ("hs", Thing::Dossier),
    ("bộ hồ sơ", Thing::Dossier),
    ("bộ", Thing::Dossier),
    ("hồ sơ tthc", Thing::Dossier),
    ("lượt hồ sơ", Thing::Dossier),
    ("trường hợp", Thing::Dossier),
    ("hồ", Thing::Dossier),
    ("kết quả", Thing::Result),
    ("phản ánh", Thing::Feedback),
    ("kiến nghị", Thing::Feedback),
    ("ý kiến", Thing::Feedback),
    ("pakn", Thing::Feedback),
    ("câu hỏi", Thing::Feedback),
    ("lượt phản ánh", Thing::Feedback),
    ("lượt", Thing::Rating),
    ("phiếu", Thing::Rating),
    ("tthc", Thing::Procedure),
    ("thủ tục", Thing::Procedure),
    ("dịch vụ công", Thing::Procedure),
    ("dvc", Thing::Procedure),
    ("dịch vụ", Thing::Procedure),
    ("ngàn", Thing::Rounded),
    ("nghìn", Thing::Rounded),
    ("triệu", Thing::Rounded),
    ("vạn", Thing::Rounded),
    ("triệu đồng", Thing::Other),
    ("tỷ đồng", Thing::Other),
    ("nghìn đồng", Thing::Other),
    ("ngàn đồng", Thing::Other),
    ("lượt truy cập", Thing::Other),
    ("lượt xem", Thing::Other),
    ("lượt người truy cập", Thing::Other),
];

/// The thing that these words name, and how many of them do. Words that go on the sentence name nothing.
pub fn thing<'w>(words: impl Iterator<Item = &'w str> + Clone) -> (Thing, usize) {
    let named = THINGS.iter().filter_map(|(name, thing)| {
        let name: Vec<&str> = name.split(' ').collect();
        name.iter().copied().eq(words.clone().take(name.len())).then_some((*thing, name.len()))
    });
    if let Some(longest) = named.max_by_key(|(_, length)| *length) {
        return longest;
    }
    const GOING_ON: &[&str] = &[
        "và", "hoặc", "là", "thì", "được", "đã", "đang", "trong", "đạt", "chiếm", "có", "số", "với", "bằng", "tương",
        "tỷ", "tỉ", "còn", "do", "tại", "ở", "qua", "từ", "nộp", "của", "các", "so", "tăng", "giảm", "gồm", "bao",
        "theo", "cho", "đối", "trên", "khác", "thuộc", "mới", "đến",
    ];
    match words.clone().next() {
        None => (Thing::Unsaid, 0),
        Some(first) if GOING_ON.contains(&first) || phrase(words.clone()).is_some() => (Thing::Unsaid, 0),
        Some(_) => (Thing::Other, 0),
    }
}
