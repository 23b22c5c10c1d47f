"""What every refusal says, in Vietnamese and English: code of the refusal, then language, then sentence.

The placeholders are the facts of the refusal. Codes of strata, rows and items are positions; a page that
knows their labels fills those in instead.
"""

SENTENCES: dict[str, dict[str, str]] = {
    "MoreResponsesThanPopulation": {
        "vi": "Tầng {strata} có nhiều phiếu trả lời hơn hồ sơ; hãy sửa số hồ sơ trong khung.",
        "en": "Strata {strata} hold more responses than dossiers; correct the frame counts.",
    },
    "ImpossiblePopulation": {
        "vi": "Tầng {strata} có số hồ sơ âm hoặc không phải là số; hãy sửa khung.",
        "en": "Strata {strata} have a population that is negative or not a number; correct the frame.",
    },
    "UnequalPopulation": {
        "vi": "Các dòng của tầng {strata} ghi số đơn vị tổng thể khác nhau; hãy sửa khung.",
        "en": "Rows of strata {strata} give different population sizes; correct the frame.",
    },
    "NoWeightTotal": {
        "vi": "Tầng {strata} không có tổng dương hữu hạn để trọng số cộng lại; hãy cho biết tổng.",
        "en": "Strata {strata} have no positive finite total for their weights to add up to; "
        "give totals, above all where the population is taken as infinite.",
    },
    "UnknownVarianceStratum": {
        "vi": "Tầng {strata} được ghép vào tầng phương sai có mã nhỏ hơn 0; hãy dùng mã từ 0 trở lên.",
        "en": "Strata {strata} are merged into a variance stratum below 0; use codes from 0 up.",
    },
    "LonelyStratum": {
        "vi": "Tầng {strata} chỉ có một phiếu trả lời nên không ước lượng được phương sai; "
        "hãy ghép tầng, hoặc chọn một quy tắc và in quy tắc đó trong báo cáo.",
        "en": "Strata {strata} have a single response, so their variance is unknown; "
        "merge variance strata, or choose a lonely rule and print it in the report.",
    },
    "ClusterInSeveralStrata": {
        "vi": "Cụm {strata} nằm trong nhiều tầng; hãy sửa mã, hoặc khai báo mã cụm lồng trong tầng.",
        "en": "Clusters {strata} occur in several strata; correct the labels, or say that they are nested.",
    },
    "NothingToCollapseInto": {
        "vi": "Tầng {strata} không có phiếu và nhóm của tầng cũng không có phiếu nào; hãy chọn nhóm rộng hơn.",
        "en": "Strata {strata} have no responses and neither has their group; choose wider groups.",
    },
    "UnknownStratum": {
        "vi": "Dòng {rows} có mã tầng ngoài khung; hãy thêm tầng hoặc sửa mã.",
        "en": "Rows {rows} have a stratum code outside the frame; add the stratum or correct the code.",
    },
    "UnknownGroup": {
        "vi": "Dòng {rows} có mã nhóm không tồn tại; hãy dùng -1 cho dòng không thuộc nhóm nào.",
        "en": "Rows {rows} have a group code that does not exist; use -1 for a row in no group.",
    },
    "NegativeWeights": {
        "vi": "Dòng {rows} có trọng số âm hoặc không phải là số nên không dùng làm tần số được; "
        "hãy sửa, hoặc đặt giới hạn cho phép hiệu chỉnh.",
        "en": "Rows {rows} have a weight that is negative or not a number and cannot stand for people; "
        "correct it, or calibrate with bounds.",
    },
    "MissingCalibrationValue": {
        "vi": "Dòng {rows} thiếu giá trị của biến hiệu chỉnh; hãy bổ sung hoặc bỏ biến đó.",
        "en": "Rows {rows} have no value of a calibration variable; fill it in or leave the variable out.",
    },
    "ScoreOutOfRange": {
        "vi": "Tiêu chí {items} có điểm ngoài khoảng 0 đến 1; hãy chia điểm cho điểm tối đa.",
        "en": "Items {items} have scores outside 0 to 1; divide points by their maximum.",
    },
    "ScoreWithoutAnswer": {
        "vi": "Tiêu chí {items} có điểm ở nơi không có câu trả lời hợp lệ; điểm đó phải bằng 0.",
        "en": "Items {items} have a score where the answer is not valid; such scores must be 0.",
    },
    "ImpossibleFactor": {
        "vi": "Yếu tố {factors} phải gồm ít nhất một tiêu chí có thật, mỗi tiêu chí một lần.",
        "en": "Factors {factors} must name existing items, each once, at least one.",
    },
    "MismatchedShapes": {
        "vi": "Kích thước các mảng không khớp nhau: {shapes}.",
        "en": "These shapes do not fit together: {shapes}.",
    },
    "NoInterval": {
        "vi": "Không có khoảng tin cậy cho ước lượng {estimate}, sai số chuẩn {standard_error}, "
        "bậc tự do {degrees_of_freedom}; ở 0 và 1 hãy dùng khoảng chính xác (policy_interval).",
        "en": "No interval for estimate {estimate}, standard error {standard_error}, "
        "degrees of freedom {degrees_of_freedom}; policy_interval knows what to do at 0 and 1.",
    },
    "ImpossibleConfidenceLevel": {
        "vi": "Độ tin cậy {confidence_level} không nằm giữa 0 và 1; 95 % viết là 0,95.",
        "en": "Confidence level {confidence_level} is not strictly between 0 and 1; 95 % is 0.95.",
    },
    "NoReplicate": {
        "vi": "Không bộ nào trong {replicates} bộ trọng số lặp cho ra giá trị; nhóm cần ước lượng quá nhỏ.",
        "en": "None of the {replicates} replicates gives a value; the domain is too small for them.",
    },
    "NoTable": {
        "vi": "Bảng {rows} x {columns} không có gì để kiểm định; cần ít nhất 2 x 2.",
        "en": "A table of {rows} x {columns} has nothing to test; 2 x 2 is the least.",
    },
    "EmptyPoststratum": {
        "vi": "Biên {margin}: ô {cells} có trong tổng thể nhưng không có người trả lời; hãy gộp với ô gần nhất.",
        "en": "Margin {margin}: cells {cells} exist in the population but nobody answered; "
        "merge each with a neighbour, and record it.",
    },
    "UnknownPoststratum": {
        "vi": "Biên {margin}: dòng {cells} thuộc ô không có tổng đã biết; hãy thêm tổng hoặc sửa mã.",
        "en": "Margin {margin}: rows {cells} are in a cell without a known total; add it or correct the code.",
    },
    "NegativeMargin": {
        "vi": "Biên {margin}: tổng của ô {cells} âm hoặc không phải là số; hãy sửa bảng tổng.",
        "en": "Margin {margin}: the totals of cells {cells} are negative or not numbers; correct them.",
    },
    "EmptyMargin": {
        "vi": "Không có người trả lời nào thuộc {totals}; hãy gộp mức đó với mức khác.",
        "en": "Nobody in the sample contributes to {totals}; merge that level with another.",
    },
    "DisagreeingMargins": {
        "vi": "Biên {first} cộng lại là {first_total}, biên {second} là {second_total}; "
        "không trọng số nào thỏa cả hai, hãy sửa một biên.",
        "en": "Margin {first} adds up to {first_total}, margin {second} to {second_total}; "
        "no weights meet both, correct one of them.",
    },
    "DisagreeingTotals": {
        "vi": "Các tổng {totals} mâu thuẫn với những tổng khác (lệch {misfit}); hãy sửa hoặc bỏ bớt.",
        "en": "The totals {totals} contradict the others (by a share of {misfit}); correct or drop them.",
    },
    "ImpossibleBounds": {
        "vi": "Giới hạn {low} đến {high} phải chứa 1 ở giữa; phương pháp logit cần cả hai giới hạn hữu hạn.",
        "en": "Bounds {low} to {high} must enclose 1; the logit needs two finite ones.",
    },
    "InfeasibleBounds": {
        "vi": "Không trọng số nào trong giới hạn {low} đến {high} đạt các tổng; "
        "giới hạn hẹp nhất có thể là {tightest_low} đến {tightest_high}.",
        "en": "No weights within {low} to {high} of the design weights meet the totals; "
        "the tightest bounds that work are {tightest_low} to {tightest_high}.",
    },
    "UnreachableTotals": {
        "vi": "Không trọng số dương nào đạt các tổng {totals} (lệch {misfit}); hãy kiểm tra tổng hoặc gộp mức.",
        "en": "No weights of the allowed sign meet the totals {totals} (misfit {misfit}); "
        "check the totals or merge levels.",
    },
    "NotConverged": {
        "vi": "Phép lặp chưa đạt các tổng {totals} (lệch {misfit}); không trả về trọng số; hãy nới giới hạn hoặc gộp mức.",
        "en": "The iteration did not meet {totals} (misfit {misfit}); no weights; widen the bounds or merge levels.",
    },
    "TrimmingTooTight": {
        "vi": "Giới hạn {lower} đến {upper} không giữ được tổng trọng số (trung bình {mean}); hãy nới giới hạn.",
        "en": "Limits {lower} to {upper} cannot keep the sum of the weights (mean {mean}); widen them.",
    },
}
