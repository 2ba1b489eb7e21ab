//! The conformance harness: JSON lines in, JSON lines out, one operation a line, so that anybody can
//! test the crate against another implementation in another language.
//!
//! ```sh
//! echo '{"op":"envelope.key_id","text":"e1.AA"}' |
//!     cargo run --release --example conformance --features full
//! ```
//!
//! It holds no logic: each operation is a thin call of the public interface. Every request has `op`,
//! and may have `id`, which is echoed. Every response has `id`, `ok` and, if `ok` is false, `error`.

#[path = "conformance/ascii.rs"]
mod ascii;
#[cfg(all(feature = "audit", feature = "serde"))]
#[path = "conformance/audit.rs"]
mod audit;
#[cfg(all(feature = "audit", feature = "serde"))]
#[path = "conformance/audit_json.rs"]
mod audit_json;
#[cfg(all(feature = "audit", feature = "serde"))]
#[path = "conformance/audit_log.rs"]
mod audit_log;
#[cfg(all(feature = "audit", feature = "serde"))]
#[path = "conformance/audit_merkle.rs"]
mod audit_merkle;
#[path = "conformance/envelope.rs"]
mod envelope;
#[path = "conformance/request.rs"]
mod request;
#[cfg(all(feature = "audit", feature = "serde"))]
#[path = "conformance/scripted_salts.rs"]
mod scripted_salts;

use std::io::{self, BufRead, BufWriter, Write};

use request::{Failure, Request};
use serde_json::{Map, Value, json};

/// Responses are flushed at least this often.
const FLUSH_EVERY: usize = 256;

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for (count, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line?;
        ascii::write_line(&mut out, &answer(&line))?;
        if count % FLUSH_EVERY == FLUSH_EVERY - 1 {
            out.flush()?;
        }
    }
    out.flush()
}

fn answer(line: &[u8]) -> Value {
    let Ok(Value::Object(fields)) = serde_json::from_slice(line) else {
        return json!({ "ok": false, "error": "bad_request" });
    };
    let id = fields.get("id").cloned();
    let mut response = match dispatch(&Request::new(fields)) {
        Ok(fields) => {
            let mut response = fields;
            response.insert("ok".to_owned(), Value::Bool(true));
            response
        }
        Err(failure) => failure.into_fields(),
    };
    if let Some(id) = id {
        response.insert("id".to_owned(), id);
    }
    Value::Object(response)
}

fn dispatch(request: &Request) -> Result<Map<String, Value>, Failure> {
    let op = request.text("op")?;
    match op.split_once('.') {
        #[cfg(all(feature = "audit", feature = "serde"))]
        Some(("audit", operation)) => audit::dispatch(operation, request),
        Some(("envelope", operation)) => envelope::dispatch(operation, request),
        _ => Err(Failure::UNKNOWN_OP),
    }
}
