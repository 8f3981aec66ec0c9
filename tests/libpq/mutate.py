"""Asks a real libpq about thousands of mutated connection strings, and writes what it said as JSON.

    python mutate.py OUT [HOW_MANY [SEED]]

Division is asked of PQconninfoParse. Whether the values are taken is asked by connecting to a port of this machine that
nobody listens on: what libpq refuses before it connects has another message than a refused connection. Nothing leaves
the machine: every host is replaced by 127.0.0.1 first. Run by `run.sh` beside this file.
"""

import json
import random
import sys

from psycopg import pq

REF = "abcdefghijklmnopqrst"
SEEDS = [
    f"postgresql://postgres:MADEUP-pw@db.{REF}.supabase.co:5432/postgres?sslmode=require",
    f"postgres://postgres.{REF}:MADEUP%2Fpw@aws-0-us-east-1.pooler.supabase.com:6543/postgres",
    f"postgres://postgres:MADEUP@aws-0-x.pooler.supabase.com:6543/postgres?options=reference%3D{REF}",
    "postgresql://app:MADEUP@[2600:1f18:5432:aa::1]:6432/app?sslmode=verify-full",
    "postgresql://app:MADEUP@h1.example.com:5432,h2.example.com/app?target_session_attrs=any",
    "postgresql:///app?host=/var/run/postgresql&port=5433",
    "postgresql://%2Fvar%2Frun%2Fpostgresql/app",
    "postgresql://app@/app?host=@abstract",
    "postgresql://h.example.com?user=app&password=MADEUP&sslmode=prefer&connect_timeout=10",
    "postgresql://a,b,c:1,d:2/app?load_balance_hosts=random&ssl=true",
    "postgresql://u:p@h.example.com/d?sslmode=verify-full&sslrootcert=system&sslnegotiation=direct",
    "postgresql://u:p@h.example.com/d?requiressl=1&channel_binding=require&gssencmode=disable",
    "postgresql://u:p@h.example.com/d?hostaddr=10.0.0.7&keepalives=1&keepalives_idle=30&tcp_user_timeout=5",
    "postgresql://u:p@h.example.com/d?ssl_min_protocol_version=TLSv1.2&ssl_max_protocol_version=TLSv1.3",
    "postgresql://u:p@h.example.com/d?require_auth=scram-sha-256,md5&min_protocol_version=3.0",
    "postgresql://u:p@h.example.com:05432/d%20b?application_name=a%20b&client_encoding=UTF8",
    "host=db.example.com port=5432 dbname=app user=app password=MADEUP sslmode=require",
    "host=db.example.com port = 5432 dbname='my app' user=app password='MADEUP \\' \\\\ x'",
    "host=a.example.com,b.example.com port=5432,5433 dbname=app target_session_attrs=read-write",
    "hostaddr=10.0.0.7,10.0.0.8 host=a,b port=6543 dbname=app requiressl=0",
    "dbname=app host=/tmp options='-c geqo=off' keepalives_interval=5 keepalives_count=2",
]
PIECES = list(" %/@:?#&=,[]'\\+.-_0159aAz\t") + [
    "%20", "%2F", "%40", "%00", "%zz", "%", "%C3%A9", "//", "&&", "==", "''", "sslmode=", "sslmode=required",
    "sslmode=disable", "sslmode=REQUIRE", "SSLMODE=require", "ssl=true", "ssl=1", "pgbouncer=true", "port=", "port=0",
    "port=65536", "port=+5", "port=%205", "port=5432,5433", "host=", "host=a,b", "user=x", "hostaddr=1.2.3", "hostaddr=::1",
    "channel_binding=yes", "target_session_attrs=primary", "target_session_attrs=", "gssencmode=x", "load_balance_hosts=",
    "sslnegotiation=direct", "sslrootcert=system", "sslcertmode=allow", "require_auth=!md5", "require_auth=md5,!none",
    "keepalives=x", "keepalives=0", "keepalives_idle=0", "keepalives_idle=40000", "keepalives_count=128",
    "keepalives_interval=-1", "tcp_user_timeout=-1", "tcp_user_timeout=x", "&keepalives=0&keepalives_count=x",
    "connect_timeout=", "connect_timeout=1x", "tcp_user_timeout=", "ssl_min_protocol_version=TLSv1.4",
    "ssl_min_protocol_version=", "max_protocol_version=3.2", "min_protocol_version=latest", "scram_client_key=MADEUP",
    "xsslmode=require", "passfile=/x", "requiressl=1", "requiressl=", "replication=x", "sslsni=x", "é",
]  # fmt: skip


def mutate(rng, text):
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(text))
        what = rng.random()
        if what < 0.25 and text:
            end = min(len(text), at + rng.randint(1, 4))
            text = text[:at] + text[end:]
        elif what < 0.55:
            text = text[:at] + rng.choice(PIECES) + text[at:]
        elif what < 0.7:
            joint = " " if "://" not in text else "&" if "?" in text else "?"
            text = text + joint + rng.choice(PIECES)
        elif what < 0.8 and at < len(text):
            text = text[:at] + f"%{ord(text[at]):02X}"[:3] + text[at + 1 :]
        elif what < 0.9:
            end = min(len(text), at + rng.randint(1, 20))
            to = rng.randint(0, len(text))
            text = text[:to] + text[at:end] + text[to:]
        else:
            other = rng.choice(SEEDS)
            text = text[:at] + other[rng.randint(0, len(other)) :]
    return text


def divided(text):
    try:
        options = pq.Conninfo.parse(text.encode())
    except Exception:
        return None
    return {option.keyword.decode(): option.val for option in options if option.val is not None}


def quoted(value):
    return b"'" + value.replace(b"\\", b"\\\\").replace(b"'", b"\\'") + b"'"


SOCKET = b"/nonexistent"
QUIET = (b"Connection refused", b"No such file or directory", b"Is the server running", b"Operation timed out")


def refused(options):
    """Whether libpq refuses the values; None where files decide."""
    if "service" in options or "servicefile" in options:
        return None
    here = dict(options)
    if here.get("host"):
        here["host"] = b",".join(nowhere(part) for part in here["host"].split(b","))
    here.pop("passfile", None)
    if not here.get("host") and not here.get("hostaddr"):
        here["host"] = SOCKET
    if here.get("hostaddr"):
        parts = here["hostaddr"].split(b",")
        here["hostaddr"] = b",".join(address(part) for part in parts)
    # A socket that is not there fails before the time is looked at.
    timeout = {"host": b"127.0.0.1", "port": b"1", "connect_timeout": here.pop("connect_timeout", b"2")}
    return complains(here) or complains(timeout)


def complains(options):
    """Whether libpq says more than that nobody listens."""
    connection = pq.PGconn.connect(b" ".join(name.encode() + b"=" + quoted(value) for name, value in options.items()))
    said = connection.error_message
    connection.finish()
    return any(line.strip() and not any(quiet in line for quiet in QUIET) for line in said.splitlines())


def nowhere(host):
    """A host of this machine that nobody listens on."""
    return host and (SOCKET if host[:1] in b"/@" else b"127.0.0.1")


def address(part):
    """An address of this machine for one that is an address."""
    import ipaddress

    try:
        ipaddress.ip_address(part.decode())
    except ValueError:
        return part
    return b"127.0.0.1"


def main():
    out, count, seed = sys.argv[1], int((sys.argv[2:] + ["20000"])[0]), int((sys.argv[3:] + ["18"])[0])
    rng = random.Random(seed)
    cases = []
    texts = list(SEEDS) + [mutate(rng, rng.choice(SEEDS)) for _ in range(count)]
    for text in dict.fromkeys(texts):
        options = divided(text)
        case = {"text": text, "options": None, "refused": None}
        if options is not None:
            try:
                case["options"] = {name: value.decode() for name, value in options.items()}
            except UnicodeDecodeError:
                continue
            case["refused"] = refused(options)
        cases.append(case)
    keys = sorted(option.keyword.decode() for option in pq.Conninfo.get_defaults())
    with open(out, "w") as file:
        json.dump({"libpq": pq.version(), "keys": keys, "cases": cases}, file)
    parsed = [case for case in cases if case["options"] is not None]
    print(f"libpq {pq.version()}: {len(cases)} strings, {len(parsed)} divided, "
          f"{sum(case['refused'] is True for case in parsed)} refused for their values")  # fmt: skip


main()
