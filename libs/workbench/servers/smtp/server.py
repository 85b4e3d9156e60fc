"""A mail server for tests, by aiosmtpd. Arguments: a JSON object.

certificate, key: PEM files; encryption: "starttls" (nothing before it), "tls", "none"; user, password: a login is needed.
Says on standard output, a JSON object a line: {"port": n} when it listens, then one for each mail that it took. Ends with its standard input.

Recipients: unknown@… is refused for good, later@… for now. A mail with the subject "refuse" is refused after its content.
"""

import asyncio
import json
import ssl
import sys
from email import message_from_bytes
from email.header import decode_header, make_header

from aiosmtpd.smtp import SMTP, AuthResult

options = json.loads(sys.argv[1])


def say(words):
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        name = address.split("@")[0]
        if name == "unknown":
            return f"550 5.1.1 <{address}> nobody of that name"
        if name == "later":
            return f"451 4.7.1 <{address}> come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content)
        if str(make_header(decode_header(message["subject"]))) == "refuse":
            return "554 5.7.1 not that"
        say(
            {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "encrypted": session.ssl is not None,
                "user": getattr(session, "auth_data", None),
                "raw": envelope.content.decode("latin-1"),
            }
        )
        return "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, data):
    login = (data.login.decode(), data.password.decode())
    if login == (options.get("user"), options.get("password")):
        return AuthResult(success=True, auth_data=login[0])
    return AuthResult(success=False, handled=False)


async def main():
    context = None
    if options["encryption"] != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["certificate"], options["key"])
    starttls = options["encryption"] == "starttls"
    needs_login = "user" in options

    def connection():
        return SMTP(
            Handler(),
            hostname="mail.test",
            tls_context=context if starttls else None,
            require_starttls=starttls,
            authenticator=authenticate if needs_login else None,
            auth_required=needs_login,
            auth_require_tls=starttls,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        connection, "127.0.0.1", options.get("port", 0), ssl=context if options["encryption"] == "tls" else None
    )
    say({"port": server.sockets[0].getsockname()[1]})
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, lambda: sys.stdin.buffer.raw.read(1024) or ended.set())
    await ended.wait()


asyncio.run(main())
