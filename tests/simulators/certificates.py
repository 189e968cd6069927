"""Certificates made on the spot for TLS tests: an authority, and leaves that are right or wrong in one way."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_NOW = datetime.now(UTC)
_LATER = _NOW + timedelta(hours=1)


class Authority:
    """A certificate authority with its files in a folder."""

    def __init__(self, folder: Path, name: str = "Test CA") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = (
            _builder(self._name, self._name, self._key, _NOW + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, SHA256())
        )
        self.file = folder / f"{name.replace(' ', '-')}.pem"
        self.file.write_bytes(certificate.public_bytes(Encoding.PEM))

    def leaf(
        self, name: str, *, address: str | None = "127.0.0.1", expires: datetime = _NOW + timedelta(hours=1)
    ) -> tuple[str, str]:
        """A certificate for a host name (and an address), as the paths of certificate and key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names: list[x509.GeneralName] = [x509.DNSName(name)]
        if address is not None:
            names.append(x509.IPAddress(ip_address(address)))
        certificate = (
            _builder(subject, self._name, key, expires)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self._key, SHA256())
        )
        stem = f"{name}-{expires:%s}-{address}"
        pem, secret = self._folder / f"{stem}.pem", self._folder / f"{stem}.key"
        pem.write_bytes(certificate.public_bytes(Encoding.PEM))
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return str(pem), str(secret)

    def server(self, name: str = "localhost", *, client_authority: Authority | None = None, **leaf: object) -> ssl.SSLContext:
        """A server's context with a leaf of this authority; with `client_authority` it demands a client certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.leaf(name, **leaf))  # type: ignore[arg-type]
        if client_authority is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_authority.file)
        return context


def expired() -> datetime:
    """A moment that is past."""
    return _NOW - timedelta(hours=1)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, expires: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW - timedelta(days=1))
        .not_valid_after(expires)
    )
