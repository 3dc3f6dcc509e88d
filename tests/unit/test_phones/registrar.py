"""A registrar of one datagram socket, to which a softphone on this machine logs in."""

import contextlib
import hashlib
import re
import socket
import subprocess
from pathlib import Path

_MODULES = "/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules"
_CONFIG = """module_path {modules}
sip_listen 127.0.0.1:0
module g711.so
module g722.so
module opus.so
module srtp.so
module_tmp account.so
module_app menu.so
"""


def port() -> socket.socket:
    """A socket on loopback, on a port of the system's choice."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.settimeout(20)
    return made


def logs_in(folder: Path, accounts: str, listening: socket.socket, password: str) -> str:
    """Start baresip with this file; the header that it logged in with. Raises where it logs in with another
    password, or not at all.
    """
    modules = next((m for m in _MODULES if Path(m).is_dir()), _MODULES[0])
    (folder / "config").write_text(_CONFIG.format(modules=modules))
    (folder / "accounts").write_text(accounts)
    (folder / "contacts").write_text("")
    command = ["baresip", "-f", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as phone:
        try:
            return _challenged(listening, password)
        finally:
            with contextlib.suppress(ProcessLookupError):
                phone.kill()


def _challenged(listening: socket.socket, password: str) -> str:
    while True:
        message, address = listening.recvfrom(65535)
        text = message.decode()
        authorization = _headers(text, "Authorization")
        if authorization:
            _check(dict(re.findall(r'(\w+)="?([^",]*)"?', authorization[0])), password)
            return text
        kept = [*_headers(text, "Via"), *_headers(text, "From"), *_headers(text, "Call-ID")]
        kept += [_headers(text, "To")[0] + ";tag=x", *_headers(text, "CSeq")]
        challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", algorithm=MD5'
        lines = ["SIP/2.0 401 Unauthorized", *kept, challenge, "Content-Length: 0", "", ""]
        listening.sendto("\r\n".join(lines).encode(), address)


def _headers(text: str, name: str) -> list[str]:
    return [one for one in text.split("\r\n") if one.lower().startswith(f"{name.lower()}:")]


def _check(said: dict[str, str], password: str) -> None:
    own = _md5(f"{said['username']}:r:{password}")
    asked = _md5(f"REGISTER:{said['uri']}")
    assert said["response"] == _md5(f"{own}:n:{asked}"), "it logs in with another password"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
