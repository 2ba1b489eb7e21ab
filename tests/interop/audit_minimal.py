"""Checks an audit log (JSONL): python3 audit_minimal.py FILE LOG_ID [ROOT_KEY_HEX [EPOCH_SECONDS]]
Prints the size and the RFC 6962 root, or the first bad line. Compare size and root with ones kept elsewhere: a cut-off
end shows in nothing else. Without the key, MACs are not checked, and whoever can write can re-chain the log. The rest
(canonical form, fields, commitments, where epochs end, logs that were pruned) is for the real verifier."""
import hashlib, hmac, json, struct, sys
from datetime import datetime, timedelta

def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()

def check(path, log, root_key=None, length=3600):
    prev, seq, last, open_epoch, at, nodes = "0" * 64, 0, "", 0, 0, []
    length *= 10**6
    label = b"audit-key-v1" + struct.pack(">I", len(log)) + log.encode() + struct.pack(">Q", length)
    key = mac(root_key, label) if root_key else b""
    for number, line in enumerate(open(path, "rb")):
        def need(good, why):
            if not good: sys.exit(f"line {number}: {why}")
        need(line.endswith(b"}\n"), "torn or malformed")
        h, m, body = line[12:76].decode("latin-1"), line[83:147].decode("latin-1"), line[153:-2]
        need(line == b'{"v":1,"h":"%b","m":"%b","e":%b}\n' % (line[12:76], line[83:147], body), "malformed")
        need(h == hashlib.sha256(b"\0" + body).hexdigest(), "altered")
        entry = json.loads(body)
        need(entry["log"] == log, "another log")
        need((entry["seq"], entry["prev"]) == (seq, prev), "the chain is broken")
        need(entry["time"] >= last, "the time goes back")
        when = (datetime.fromisoformat(entry["time"][:26]) - datetime(1970, 1, 1)) // timedelta(microseconds=1)
        start = when if seq == 0 else start
        if root_key:
            closing = entry.get("epoch", {"from": (when - start) // length, "to": open_epoch - 1})
            need(closing["from"] == open_epoch, "an epoch is not closed")
            while at < open_epoch:
                key, at = mac(key, b"next"), at + 1
            need(m == mac(key, b"mac-v1|" + struct.pack(">QQ", at, seq) + bytes.fromhex(h)).hex(), "bad MAC")
            open_epoch = closing["to"] + 1
        prev, seq, last, node, bits = h, seq + 1, entry["time"], bytes.fromhex(h), seq
        while bits & 1:
            node, bits = hashlib.sha256(b"\1" + nodes.pop() + node).digest(), bits >> 1
        nodes.append(node)
    root = nodes.pop() if nodes else hashlib.sha256(b"").digest()
    while nodes:
        root = hashlib.sha256(b"\1" + nodes.pop() + root).digest()
    print(seq, root.hex())

if __name__ == "__main__":
    given = sys.argv[1:]
    check(given[0], given[1], bytes.fromhex(given[2]) if given[2:] else None, int(given[3]) if given[3:] else 3600)
