"""Verifies Chukta's notifications and delivers each paid order once. Python 3.9, nothing to install.

    CHUKTA_URL=https://pay.shop.example CHUKTA_KEY=… NOTIFY_SECRET=whsec_… PORT=3000 python3 receiver.py

Its books are one SQLite file. The shop writes `orders` (amounts in paisa) before it makes a link.
"""
import base64, hashlib, hmac, json, os, socket, sqlite3, time, urllib.error, urllib.request
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CHUKTA_URL, CHUKTA_KEY = os.environ["CHUKTA_URL"], os.environ["CHUKTA_KEY"]
SECRET = base64.b64decode(os.environ["NOTIFY_SECRET"].removeprefix("whsec_"))
if len(SECRET) < 24:
    raise SystemExit("NOTIFY_SECRET must be whsec_ and base64")
BOOKS = os.environ.get("BOOKS", "books.sqlite")
TABLES = """
CREATE TABLE IF NOT EXISTS orders
  (reference TEXT PRIMARY KEY, amount INT NOT NULL, seq INT NOT NULL DEFAULT 0, stage TEXT);
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS deliveries (reference TEXT PRIMARY KEY, claim_id TEXT NOT NULL,
  reported INT NOT NULL DEFAULT 0, stopped INT NOT NULL DEFAULT 0);
"""


def is_genuine(headers, body):
    """Standard Webhooks: one of the signatures is ours, of these very bytes, five minutes old at most."""
    id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or not at.isdecimal() or abs(time.time() - int(at)) > 300:
        return False
    digest = hmac.new(SECRET, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    ours = b"v1," + base64.b64encode(digest)
    theirs = headers.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(one, ours) for one in theirs)


def ask(path, body, headers={}):
    key = {"Authorization": f"Bearer {CHUKTA_KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(CHUKTA_URL + path, json.dumps(body).encode(), {**key, **headers})
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


def claim(books, id, order):
    """The claim to deliver this order, or None if there is nothing to deliver; raises to be told again."""
    reference = order["merchant_reference"]
    row = books.execute("SELECT amount FROM orders WHERE reference = ?", [reference]).fetchone()
    if row is None:
        return None  # not an order of this shop
    question = {
        "order_id": order["order_id"],
        "expect": {"merchant_reference": reference, "amount": {"value": row[0], "currency": "INR"}},
        "claim": {"by": f"receiver at {socket.gethostname()}", "lease_seconds": 300},
    }
    # The same key from the same place is given the same claim again, should the answer get lost.
    answer = ask("/v1/verify", question, {"Idempotency-Key": id})
    verdict, mismatch, told = answer["verdict"], answer["mismatch"], answer["claim"]
    if answer["fulfill"] and told["state"] == "granted":
        return told["claim_id"]
    if verdict == "paid" and not mismatch and told["state"] != "done":
        raise RuntimeError(f"{reference} is {told['state']} ({told['by']})")  # ask again later
    print(f"{reference} is not for us: {verdict}, {told['state']}, {mismatch}", flush=True)
    return None


def handle(id, message):
    type, seq, order = message["type"], message["data"]["seq"], message["data"]["order"]
    reference, stage = order["merchant_reference"], order["stage"]
    with closing(sqlite3.connect(BOOKS, timeout=30)) as books:
        if not books.execute("SELECT 1 FROM seen WHERE id = ?", [id]).fetchone():
            claim_id = claim(books, id, order) if type == "order.paid" else None
            with books:  # one transaction: the id and its effect, both or neither
                new = books.execute("INSERT OR IGNORE INTO seen VALUES (?)", [id]).rowcount
                books.execute(
                    "UPDATE orders SET seq = ?, stage = ? WHERE reference = ? AND seq < ?",
                    [seq, stage, reference, seq],
                )
                if new and claim_id:
                    books.execute("INSERT INTO deliveries VALUES (?, ?, 0, 0)", [reference, claim_id])
                    print(f"{reference} is delivered", flush=True)
                if type == "order.paid_reversed" or (type == "order.refunded" and stage == "refunded"):
                    # The money went: call the parcel back if it has not arrived.
                    books.execute("UPDATE deliveries SET stopped = 1 WHERE reference = ?", [reference])
        report(books, order)


def report(books, order):
    """Tells Chukta that it is done; raises to be told again."""
    unsaid = "SELECT claim_id FROM deliveries WHERE reference = ? AND NOT reported"
    row = books.execute(unsaid, [order["merchant_reference"]]).fetchone()
    if row is None:
        return
    try:
        ask(f"/v1/orders/{order['id']}/fulfillment", {"claim_id": row[0], "state": "done"})
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise
        # The money went meanwhile, or another delivered: Chukta shows it to a person.
    with books:
        books.execute("UPDATE deliveries SET reported = 1 WHERE claim_id = ?", [row[0]])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        status = 200
        try:
            if is_genuine(self.headers, body):
                handle(self.headers["webhook-id"], json.loads(body))
            else:
                status = 401
        except Exception as error:
            print(f"Not done: {error!r}", flush=True)
            status = 503  # send it again
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()


with closing(sqlite3.connect(BOOKS, timeout=30)) as books:
    books.executescript(TABLES)
server = ThreadingHTTPServer(("", int(os.environ.get("PORT", "3000"))), Receiver)
print(f"Listening on {server.server_port}", flush=True)
server.serve_forever()
