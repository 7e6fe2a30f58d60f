//! Bodies of requests: unpacked where they are compressed, and bounded.

use std::io::Write as _;

use fairlead_fetch::{Body, BodyError};
use flate2::write::GzDecoder;
use futures_util::stream;
use http::{Request, header};

use crate::problem::Problem;

/// How much of a compressed body is unpacked at once: what comes of it is at most a thousand times as long.
const PIECE: usize = 4 << 10;

/// The body of a request as it was before it was compressed, of at most `limit` bytes.
pub(super) fn decoded(request: Request<Body>, limit: u64) -> Result<Body, Problem> {
    let encoding = request.headers().get(header::CONTENT_ENCODING).map(|encoding| encoding.as_bytes());
    let gzip = match encoding {
        None | Some(b"identity") => false,
        Some(b"gzip" | b"x-gzip") => true,
        Some(_) => return Err(Problem::MediaType("gzip, or no content encoding")),
    };
    let decoder = gzip.then(|| GzDecoder::new(Vec::new()));
    let reading = Reading { body: request.into_body(), decoder, piece: Vec::new(), at: 0, left: limit };
    Ok(Body::stream(stream::unfold(reading, |mut reading| async move {
        match reading.next().await {
            Ok(Some(piece)) => Some((Ok(piece), reading)),
            Ok(None) => None,
            Err(error) => Some((Err(error), reading.ended())),
        }
    })))
}

struct Reading {
    body: Body,
    decoder: Option<GzDecoder<Vec<u8>>>,
    piece: Vec<u8>,
    at: usize,
    /// How many bytes may still come.
    left: u64,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, BodyError> {
        loop {
            let Some(decoded) = self.decode().await? else { return Ok(None) };
            self.left = self
                .left
                .checked_sub(decoded.len() as u64)
                .ok_or_else(|| BodyError::Broken("it is longer than this server takes".to_owned()))?;
            if !decoded.is_empty() {
                return Ok(Some(decoded));
            }
        }
    }

    async fn decode(&mut self) -> Result<Option<Vec<u8>>, BodyError> {
        let broken = |error: std::io::Error| BodyError::Broken(format!("it cannot be unpacked: {error}"));
        let Some(decoder) = &mut self.decoder else { return self.body.next().await };
        if self.at >= self.piece.len() {
            match self.body.next().await? {
                Some(piece) => (self.piece, self.at) = (piece, 0),
                None => {
                    // The end is where a cut body is found out.
                    let rest = self.decoder.take().map(GzDecoder::finish).transpose().map_err(broken)?;
                    self.body = Body::default();
                    return Ok(rest);
                }
            }
        }
        let end = self.piece.len().min(self.at + PIECE);
        decoder.write_all(self.piece.get(self.at..end).unwrap_or_default()).map_err(broken)?;
        self.at = end;
        Ok(Some(std::mem::take(decoder.get_mut())))
    }

    /// Nothing follows an error.
    fn ended(self) -> Reading {
        Reading { body: Body::default(), decoder: None, piece: Vec::new(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use futures_executor::block_on;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(encoding: &str, bytes: Vec<u8>, limit: u64) -> Result<Vec<u8>, BodyError> {
        let request =
            Request::builder().header("content-encoding", encoding).body(Body::from(bytes)).unwrap();
        block_on(decoded(request, limit).unwrap().collect(100 << 20))
    }

    #[test]
    fn a_compressed_body_is_unpacked() {
        let text = b"0011command=ls-refs".repeat(10_000);
        assert_eq!(read("gzip", gzip(&text), 1 << 20).as_deref(), Ok(text.as_slice()));
        assert_eq!(read("identity", text.clone(), 1 << 20).as_deref(), Ok(text.as_slice()));
    }

    #[test]
    fn a_body_that_is_cut_is_an_error() {
        let whole = gzip(b"some bytes that are not many");
        for cut in 1..whole.len() {
            assert!(read("gzip", whole[..cut].to_vec(), 1 << 20).is_err(), "{cut}");
        }
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let bomb = gzip(&vec![0; 50 << 20]);
        assert!(bomb.len() < 100 << 10);
        assert!(matches!(read("gzip", bomb, 1 << 20), Err(BodyError::Broken(_))));
    }

    #[test]
    fn other_encodings_are_refused() {
        let request = Request::builder().header("content-encoding", "br").body(Body::default()).unwrap();
        assert!(decoded(request, 1).is_err());
    }
}
