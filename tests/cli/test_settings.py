"""Settings: every fault at once, each in one line that names its variable; the secret is kept safe."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import server
from survey.settings import SHORTEST_SECRET, OpenId, SettingsFaulty, keep_secret, settings_from
from survey.store.database import Database
from tests.cli.conftest import Run
from tests.conftest import SECRET

GOOD = {"SECRET_KEY": SECRET, "DATABASE_URL": "sqlite:////tmp/x.sqlite", "PUBLIC_URL": "https://khaosat.vn"}

BAD = {
    "DATABASE_URL": [
        "mysql://localhost/sipas",
        "sipas.sqlite",
        "sqlite://",
        "http://localhost/sipas",
        "postgresql://localhost:port/sipas",
    ],
    "SECRET_KEY": ["short", "x" * (SHORTEST_SECRET - 1)],
    "PUBLIC_URL": [
        "khaosat.vn",
        "ftp://khaosat.vn",
        "http://",
        "https://khaosat.vn/?a=1",
        "https://khaosat.vn/#a",
        "http://[",
        "http://khaosat.vn:port",
    ],
}


OPENID = {
    "OIDC_ISSUER": "https://dangnhap.tinh.vn/realms/tinh",
    "OIDC_CLIENT_ID": "sipas",
    "OIDC_CLIENT_SECRET": "một bí mật",
}
BAD_ISSUERS = [
    "dangnhap.vn",
    "http://dangnhap.vn",
    "https://",
    "https://dangnhap.vn/?a=1",
    "https://[",
    "ftp://x",
]


def faults(environment: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsFaulty) as caught:
        settings_from(environment)
    return caught.value.faults


def test_good_settings_are_taken_as_they_are(tmp_path: Path) -> None:
    settings = settings_from(GOOD | {"SIPAS_DATA": str(tmp_path)})
    assert (settings.data, settings.secret_key) == (tmp_path, SECRET)
    assert (settings.database_url, settings.public_url) == (GOOD["DATABASE_URL"], GOOD["PUBLIC_URL"])
    assert settings.is_https


def test_without_an_environment_everything_lies_in_the_data_folder(tmp_path: Path) -> None:
    keep_secret(tmp_path)
    settings = settings_from({"SIPAS_DATA": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/sipas.sqlite"
    assert settings.secret_key == (tmp_path / "secret_key").read_text()
    assert settings.public_url == "http://127.0.0.1:8000"
    assert not settings.is_https


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, many in BAD.items() for value in many])
def test_one_bad_setting_is_one_fault_that_names_it(name: str, value: str) -> None:
    assert [fault.split(":")[0] for fault in faults(GOOD | {name: value})] == [name]


def test_a_missing_secret_is_a_fault_that_says_what_to_do(tmp_path: Path) -> None:
    (fault,) = faults({"SIPAS_DATA": str(tmp_path), "DATABASE_URL": GOOD["DATABASE_URL"]})
    assert fault.startswith("SECRET_KEY: ")
    assert "sipas database upgrade" in fault


def test_all_faults_are_reported_at_once() -> None:
    found = faults({name: values[0] for name, values in BAD.items()})
    assert sorted(fault.split(":")[0] for fault in found) == sorted(BAD)


def test_the_command_line_prints_one_line_per_fault(sipas: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, values in BAD.items():
        monkeypatch.setenv(name, values[0])
    lines = sipas("questionnaire", "list").faults
    assert sorted(line.split(":")[0] for line in lines) == sorted(BAD)


def test_a_fault_never_prints_a_password_or_the_secret() -> None:
    found = faults({"DATABASE_URL": "mysql://sipas:tres-secret@localhost/sipas", "SECRET_KEY": "geheim"})
    assert len(found) == 2
    assert not [fault for fault in found if "tres-secret" in fault or "geheim" in fault]


def test_the_short_name_of_postgresql_is_understood() -> None:
    settings = settings_from(GOOD | {"DATABASE_URL": "postgres://u@h/postgres"})
    assert settings.database_url == "postgresql://u@h/postgres"


def test_a_slash_at_the_end_of_the_public_address_is_dropped() -> None:
    assert settings_from(GOOD | {"PUBLIC_URL": "https://khaosat.vn/"}).public_url == "https://khaosat.vn"


def test_the_kept_secret_is_long_random_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keep_secret(tmp_path / "a")
        keep_secret(tmp_path / "b")
    finally:
        os.umask(before)
    secrets = [(tmp_path / name / "secret_key") for name in "ab"]
    assert [oct(file.stat().st_mode & 0o777) for file in secrets] == ["0o600", "0o600"]
    assert len({file.read_text() for file in secrets}) == 2
    assert all(len(file.read_text()) == 64 for file in secrets)


def test_the_kept_secret_is_made_once(tmp_path: Path) -> None:
    keep_secret(tmp_path)
    first = (tmp_path / "secret_key").read_text()
    keep_secret(tmp_path)
    assert (tmp_path / "secret_key").read_text() == first


def test_the_secret_of_the_environment_goes_before_the_kept_one(tmp_path: Path) -> None:
    keep_secret(tmp_path)
    assert settings_from({"SIPAS_DATA": str(tmp_path), "SECRET_KEY": SECRET}).secret_key == SECRET


def test_a_secret_whose_writing_was_interrupted_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch(mode=0o600)
    keep_secret(tmp_path)
    assert len(settings_from({"SIPAS_DATA": str(tmp_path)}).secret_key) == 64


def test_a_kept_secret_that_is_no_text_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes("khóa bí mật dài hơn ba mươi hai ký tự".encode())
    (fault,) = faults({"SIPAS_DATA": str(tmp_path)})
    assert fault.startswith("SECRET_KEY: ")


def test_without_a_provider_staff_sign_in_with_passwords_only() -> None:
    assert settings_from(GOOD).openid is None
    assert settings_from(GOOD | dict.fromkeys(OPENID, "")).openid is None


def test_a_provider_with_all_three_settings_is_taken() -> None:
    assert settings_from(GOOD | OPENID).openid == OpenId(*OPENID.values())
    local = OPENID | {"OIDC_ISSUER": "http://127.0.0.1:9000"}
    assert settings_from(GOOD | local).openid == OpenId(*local.values())


@pytest.mark.parametrize("missing", OPENID)
def test_a_provider_with_a_setting_missing_is_a_fault_that_names_it(missing: str) -> None:
    found = faults(GOOD | OPENID | {missing: ""})
    assert [fault.split(":")[0] for fault in found] == [missing]
    assert faults(GOOD | {missing: OPENID[missing]})


@pytest.mark.parametrize("issuer", BAD_ISSUERS)
def test_a_provider_without_https_elsewhere_than_on_this_machine_is_a_fault(issuer: str) -> None:
    found = faults(GOOD | OPENID | {"OIDC_ISSUER": issuer})
    assert [fault.split(":")[0] for fault in found] == ["OIDC_ISSUER"]
    assert OPENID["OIDC_CLIENT_SECRET"] not in " ".join(found)


@pytest.mark.parametrize(
    ("given", "expected"), [("", "http://127.0.0.1:8123"), ("https://khaosat.vn", "https://khaosat.vn")]
)
def test_another_port_is_the_one_on_papers_and_devices_unless_the_address_is_set(
    monkeypatch: pytest.MonkeyPatch, sqlite_small: Database, given: str, expected: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", given)
    handed: list[str] = []
    monkeypatch.setattr(server, "open_database", lambda: sqlite_small)
    monkeypatch.setattr(server, "hand_over", lambda *_all: handed.append(os.environ["PUBLIC_URL"]))
    outcome = CliRunner().invoke(server.serve, ["--port", "8123"])
    assert (outcome.exit_code, handed) == (0, [expected])
