"""Commands on the seals."""

import os
import sys
from datetime import UTC, datetime

import click

from survey.actions import seal_checking, seals
from survey.cli.instance import open_database
from survey.core.round import VIETNAM
from survey.core.seal_findings import Finding, Kind
from survey.settings import settings_from

BROKEN = 1
"""The exit code where something is not as it was sealed."""

SAID = {
    Kind.CHANGED: "đã bị sửa sau khi niêm phong",
    Kind.REMOVED: "đã bị xóa sau khi niêm phong",
    Kind.ADDED: "được thêm mà nhật ký không ghi việc nào",
    Kind.BACKDATED: "được thêm vào giờ đã niêm phong",
    Kind.UNREADABLE: "có giá trị không đọc được",
    Kind.CHAIN_BROKEN: "không nối tiếp các niêm phong trước: đã bị sửa, xóa hoặc chèn",
    Kind.LIST_CHANGED: "có danh sách kèm theo không đúng bản đã niêm phong",
    Kind.CUT_OFF: "không còn niêm phong mang mã đã ghi lại; phần cuối đã bị cắt hoặc thay",
    Kind.TRAIL: "không đúng như lúc niêm phong: nhật ký đã bị sửa, xóa, chèn hoặc cắt",
    Kind.TICKETS: "có số mã một lần đã dùng khác số phiếu đã xác thực",
    Kind.COUNT: "là số đếm sai (chạy “sipas counts rebuild”)",
}
ROWS = {
    "response": "Phiếu trả lời",
    "instance": "Cơ quan chủ trì",
    "unit": "Đơn vị",
    "field": "Lĩnh vực",
    "counter": "Quầy",
    "version": "Phiên bản phiếu hỏi",
    "editorial_change": "Khai báo chỉ sửa câu chữ",
    "target_sheet": "Bộ chỉ tiêu",
    "round": "Đợt khảo sát",
    "frame": "Số hồ sơ của tầng",
    "unit_change": "Việc sáp nhập, chia tách đơn vị",
    "planned_version": "Lịch đổi phiên bản phiếu của đợt",
    "round_exclusion": "Đơn vị không tham gia đợt",
    "round_reopening": "Lần mở lại đợt",
    "round_freeze": "Mã chốt số liệu của đợt",
    "frame_margin": "Số hồ sơ của biên",
    "frame_load": "Lần nạp số hồ sơ",
    "reported_figure": "Số liệu báo cáo ngoài khảo sát",
    "source_load": "Lần nạp từ nguồn khác",
    "source_withdrawal": "Lần rút của nguồn khác",
    "tally": "Số đếm phiếu giấy",
    "report_text": "Lời báo cáo của đợt",
    "published_report": "Báo cáo đã ban hành của đợt",
    "published_file": "Tệp của báo cáo đã ban hành",
    "ticket": "Mã một lần",
    "seal": "Niêm phong",
    "sealed_response": "Danh sách phiếu đã niêm phong của đợt",
    "sealed_change": "Danh sách thay đổi đã niêm phong của bảng",
    "trail": "Việc trong nhật ký số",
    "response_count": "Số đếm",
}


@click.group("seal", help="Niêm phong: chuỗi mã cho thấy phiếu có bị xóa hay sửa không.")
def seal_group() -> None:
    """Hold the commands on seals."""


@seal_group.command("write", help="Niêm phong các giờ đã qua; hẹn chạy mỗi giờ một lần.")
def write() -> None:
    """Seal what is new."""
    key = settings_from(os.environ).secret_key.encode()
    seal = seals.write(open_database(), now=datetime.now(UTC), key=key)
    if seal is None:
        click.echo("Không có gì mới để niêm phong")
        return
    until = f"{seal.before.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
    click.echo(f"Đã niêm phong số {seal.number}: {seal.count} phiếu, đến {until}")
    click.echo(f"Mã niêm phong: {seal.digest}")


@seal_group.command(
    "verify", help="Đối chiếu mọi dữ liệu với các niêm phong; mã thoát 1 và nêu rõ nếu có gì bị xóa hay sửa."
)
@click.option("--noted", default="", help="Mã niêm phong đã ghi lại, ví dụ in trên báo cáo.")
def verify(noted: str) -> None:
    """Prove that nothing was taken out or changed since it was sealed, or say what was."""
    proof = seal_checking.verify(open_database(), "".join(noted.replace("-", " ").split()).lower())
    for finding in proof.findings:
        click.echo(_line(finding))
    if proof.findings:
        click.echo(f"{len(proof.findings)} chỗ không đúng như đã niêm phong", err=True)
        sys.exit(BROKEN)
    click.echo(
        f"Nguyên vẹn: {proof.seals} niêm phong, {proof.sealed} phiếu; {proof.unsealed} phiếu chờ niêm phong"
    )
    click.echo(f"Mã niêm phong mới nhất: {proof.newest}")


def _line(finding: Finding) -> str:
    """One finding as a sentence."""
    name = " ".join(part for part in (ROWS.get(finding.table, finding.table), finding.key) if part)
    where = f" ({finding.where})" if finding.where else ""
    since = f"; niêm phong số {finding.seal_number}" if finding.seal_number else ""
    return f"{name}{where} {SAID[finding.kind]}{since}"
