"""What the simulated officers write into the report of the closed round; every figure in it is a live field."""

from typing import Final

from survey.core.report_texts import ReportTexts

TEXTS: Final = ReportTexts(
    assessment_vi="""\
Khảo sát lấy ý kiến người dân, tổ chức ngay tại nơi làm thủ tục hành chính của {số đơn vị} cơ quan, đơn vị trong tỉnh, \
{kỳ khảo sát}. Có {số phiếu} phiếu trả lời được tính, với trọng số theo {số hồ sơ} hồ sơ có kết quả trong kỳ.
Chỉ số hài lòng chung là {chỉ số}, khoảng tin cậy {khoảng tin cậy}. Đối chiếu với chỉ tiêu {chỉ tiêu}, kết luận là \
{kết luận}: {lý do kết luận}.
Mức độ hài lòng không đều:
- Theo yếu tố: cao nhất là {yếu tố cao nhất}, thấp nhất là {yếu tố thấp nhất}.
- Theo lĩnh vực: cao nhất là {lĩnh vực cao nhất}, thấp nhất là {lĩnh vực thấp nhất}.
- Theo đơn vị: {số đơn vị đạt} đơn vị đạt chỉ tiêu, {số đơn vị không đạt} đơn vị không đạt, {số đơn vị chưa đủ căn cứ} \
đơn vị chưa đủ căn cứ để kết luận.
Đây là đợt đầu tiên dùng phiếu hỏi này. Kết quả là mốc để so sánh các đợt sau, không so với kết quả của những cuộc khảo \
sát dùng phiếu khác.""",
    shortcomings_vi="""\
Các yếu tố cần xem trước là {yếu tố nên xem trước}. Ở các yếu tố ấy, người dân ít hài lòng nhất với: {tiêu chí nên xem trước}.
Nguyên nhân bước đầu, theo nhận định của cơ quan chủ trì và cần được kiểm tra lại ở từng đơn vị:
- Hồ sơ đất đai, xây dựng phải qua nhiều cơ quan; một số nơi còn luân chuyển bản giấy nên kéo dài thời hạn giải quyết.
- Cách hướng dẫn hồ sơ chưa thống nhất giữa các quầy, nên người dân có khi phải bổ sung giấy tờ nhiều lần.
- Phản ánh, kiến nghị được tiếp nhận nhưng chưa rõ ai có trách nhiệm thông báo kết quả xử lý.
Khảo sát cũng có giới hạn: người trả lời tự chọn trả lời, nên kết quả chưa chắc đúng với người không trả lời.""",
    proposals_vi="""\
Kính đề nghị Ủy ban nhân dân tỉnh xem xét, chỉ đạo:
- Các sở, ban, ngành và Ủy ban nhân dân các xã, phường rà soát thời hạn giải quyết thủ tục, bắt đầu từ lĩnh vực thấp nhất \
là {lĩnh vực thấp nhất}; công khai hồ sơ quá hạn và xin lỗi người dân theo quy định.
- Trung tâm Phục vụ hành chính công các cấp hướng dẫn hồ sơ một lần, đầy đủ, bằng văn bản.
- Văn phòng Ủy ban nhân dân tỉnh phân công rõ người thông báo kết quả xử lý phản ánh, kiến nghị và thời hạn thông báo.
Sở Nội vụ tiếp tục khảo sát bằng cùng phiếu hỏi để theo dõi chuyển biến, và báo cáo kết quả thực hiện các kiến nghị trên \
trong kỳ sau.""",
    assessment_en="""\
The survey asked citizens and organisations at the counters of {units} agencies and units of the province, {period}. \
{responses} responses count, weighted by {dossiers} dossiers with a result in the period.
The overall index is {index}, interval {interval}. Against the target {target} the verdict is {verdict}: \
{reason for verdict}.
Satisfaction is uneven:
- By factor: the highest is {highest factor}, the lowest {lowest factor}.
- By field: the highest is {highest field}, the lowest {lowest field}.
- By unit: {units that met} units met the target, {units that did not meet} did not, and for \
{units without enough evidence} there is not enough evidence.
This is the first round with this questionnaire. It is the base for later rounds and is not compared with surveys that \
used other questionnaires.""",
    shortcomings_en="""\
The factors to look at first are {factors to look at first}. Within them, people were least satisfied with: \
{items to look at first}.
First thoughts of the agency on the causes, to be checked at each unit:
- Land and construction dossiers pass through several agencies; some still pass paper on, which takes time.
- Counters do not guide applicants alike, so that some must bring papers more than once.
- Complaints are received, but nobody is named to tell people what became of them.
The survey has its limits: people chose themselves to answer, so that those who did not answer may think otherwise.""",
    proposals_en="""\
The People's Committee of the province is asked to direct that:
- Departments and the People's Committees of communes and wards review how long procedures take, beginning with the lowest \
field, {lowest field}, publish overdue dossiers and apologise as prescribed.
- Public administration service centres at all levels guide applicants once, completely and in writing.
- The Office of the People's Committee names who tells people the outcome of complaints, and by when.
The Department of Home Affairs will go on surveying with the same questionnaire and will report in the next period what \
became of these proposals.""",
    number="215",
    signed_on="2026-10-20",
    legal_bases="""\
Căn cứ Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ ban hành Chương trình tổng thể cải cách hành chính nhà \
nước giai đoạn 2021 - 2030
Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ về thực hiện thủ tục hành chính theo cơ chế một \
cửa, một cửa liên thông tại Bộ phận Một cửa và Cổng Dịch vụ công quốc gia
Căn cứ Kế hoạch khảo sát mức độ hài lòng năm 2026 của Ủy ban nhân dân tỉnh Lam Giang (văn bản mô phỏng)""",
    recipients="""\
Ủy ban nhân dân tỉnh Lam Giang (để báo cáo)
Ban Chỉ đạo cải cách hành chính tỉnh
Các sở, ban, ngành
Ủy ban nhân dân các xã, phường
Lưu: VT, CCHC""",
    title="GIÁM ĐỐC",
    signer="Nguyễn Văn Mẫu (mô phỏng)",
)
