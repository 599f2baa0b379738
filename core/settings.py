"""What a machine sets by environment variables (prefix OCTANT_). Nothing else reads the environment."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="OCTANT_", extra="ignore")

    data_dir: Path = Path("var")
    database_url: str = ""
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"
    demo_password: str = ""
    trusted_hosts: str = "127.0.0.1,localhost,[::1]"
    secure_cookies: bool = False
    outside_idle_minutes: int = 30
    outside_session_hours: int = 8
    entry_link_minutes: int = 120
    workers_inline: int = 1
    max_upload_mb: int = 40
    max_import_rows: int = 200_000
    public_url: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_from: str = "octant@localhost"
    notice_webhook: str = ""
    notice_webhook_key: str = ""
    keep_jobs_days: int = 90
    keep_notices_days: int = 180
    keep_places_days: int = 30

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'octant.db').resolve()}"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"


@cache
def settings() -> Settings:
    return Settings()
