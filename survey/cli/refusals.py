"""What a command says when something foreseen cannot be done: one line, exit code 2."""

import sys
from collections.abc import Callable
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from questionnaires.loading import DefinitionFaults
from questionnaires.xlsform import NotExchangeable
from survey.actions import demo, issuing, open_data, people, posters, publishing, rounds
from survey.actions.seals import SealedMeanwhile
from survey.core.counter import MistypedCode
from survey.core.seal import SealFaulty
from survey.microdata.loading import EstimateFaults
from survey.settings import SettingsFaulty
from survey.store import schema
from survey.store.counts import StillStoring

REFUSED = 2


class Refused(Exception):
    """Something foreseen cannot be done; the text says what and why."""


def refuse(text: str) -> NoReturn:
    """End with one line on standard error."""
    click.echo(f"sipas: {text}", err=True)
    sys.exit(REFUSED)


def _usage(fault: Exception) -> str:
    """What is wrong with the words of a command, and where to look them up."""
    words = {
        click.NoSuchOption: "không có tùy chọn này",
        click.MissingParameter: "thiếu tham số",
        click.BadParameter: "tham số không hợp lệ",
        click.UsageError: "lệnh không đúng",
    }
    said = fault.format_message() if isinstance(fault, click.ClickException) else str(fault)
    reason = next((text for kind, text in words.items() if isinstance(fault, kind)), "không làm được")
    return f"{reason}: {said} (xem --help)"


SAID: dict[type[Exception], Callable[[Exception], str]] = {
    click.exceptions.NoArgsIsHelpError: str,
    click.ClickException: _usage,
    SettingsFaulty: lambda fault: "cài đặt sai:\n" + str(fault),
    DefinitionFaults: lambda fault: "phiếu có lỗi:\n" + str(fault),
    EstimateFaults: lambda fault: "không ước lượng được:\n" + str(fault),
    schema.SchemaOutdated: lambda fault: (
        f"cơ sở dữ liệu chưa ở bản mới nhất ({fault}); chạy “sipas database upgrade”"
    ),
    demo.NotEmpty: lambda _fault: "cơ sở dữ liệu đã có dữ liệu thật; không đụng vào",
    Refused: str,
    NotExchangeable: lambda fault: f"XLSForm không chứa được phiếu này: {fault}",
    publishing.VersionUnknown: lambda fault: (
        f"không có tệp, phiếu kèm theo hay phiên bản nào tên “{fault}”; xem “sipas questionnaire list”"
    ),
    publishing.RoundNotOpen: lambda fault: f"không có đợt “{fault}” đang mở",
    publishing.VersionWithdrawn: lambda _fault: "phiên bản này đã rút, không dùng cho đợt mới được",
    rounds.RoundUnknown: lambda fault: f"không có đợt khảo sát “{fault}”",
    open_data.NotSettled: lambda fault: (
        f"số liệu của đợt “{fault}” chưa chốt; tệp phiếu ẩn danh có khi không phiếu nào còn có thể gửi đến"
    ),
    issuing.IssueUnknown: lambda fault: f"chưa ban hành báo cáo “{fault}”",
    posters.NothingToPrint: lambda fault: f"không có quầy nào để in {fault}".rstrip(),
    posters.TooManyToPrint: lambda fault: (
        f"có {fault} áp phích, mỗi tệp tối đa {posters.MOST_AT_ONCE}; hãy chọn ít hơn, ví dụ từng đơn vị"
    ),
    MistypedCode: lambda fault: f"“{fault}” không phải là mã in của quầy",
    people.NameUnfit: lambda _fault: (
        f"tên đăng nhập gồm chữ, số và các dấu . - _ @, bắt đầu bằng chữ hay số, dài tối đa {people.LONGEST_NAME} ký tự"
    ),
    people.PersonUnknown: lambda fault: f"không có tài khoản “{fault}”",
    people.NameTaken: lambda fault: f"tên “{fault}” đã có tài khoản",
    people.PasswordTooShort: lambda _fault: f"mật khẩu cần ít nhất {people.SHORTEST_PASSWORD} ký tự",
    StillStoring: lambda _fault: (
        "có giao dịch ghi phiếu chưa kết thúc; chưa đổi gì, lần chạy sau sẽ đếm tiếp"
    ),
    SealedMeanwhile: lambda _fault: "một lượt niêm phong khác vừa xong; chưa đổi gì, hãy chạy lại",
    SealFaulty: lambda _fault: "niêm phong cuối đã bị sửa nên không nối tiếp được; chạy “sipas seal verify”",
    SQLAlchemyError: lambda fault: f"cơ sở dữ liệu không trả lời: {str(fault).splitlines()[0]}",
    OSError: lambda fault: f"không đọc hay ghi được tệp: {fault}",
}
