//! As much of HTTP/1.1 as the clients of tests speak.

use std::io::{self, BufRead, Read, Write};

/// A request whose body has been read.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, without its question mark; may be empty.
    pub query: String,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// Reads one request, or nothing where the client is done.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Request>> {
        let Some(first) = line(from)? else { return Ok(None) };
        let mut words = first.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request =
            Request { method, path: path.to_owned(), query: query.to_owned(), ..Request::default() };
        while let Some(header) = line(from)?.filter(|line| !line.is_empty()) {
            let (name, value) = header.split_once(':').unwrap_or((&header, ""));
            request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        if request.header("transfer-encoding") == Some("chunked") {
            request.body = chunks(from)?;
        } else if let Some(length) = request.header("content-length").and_then(|text| text.parse().ok()) {
            request.body = vec![0; length];
            from.read_exact(&mut request.body)?;
        }
        Ok(Some(request))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What a request is told apart by.
    pub(crate) fn target(&self) -> String {
        format!("{} {}?{}", self.method, self.path, self.query)
    }
}

fn line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn chunks(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(from)?.unwrap_or_default();
        let size = u64::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)
            .map_err(io::Error::other)?;
        if size == 0 {
            while line(from)?.is_some_and(|trailer| !trailer.is_empty()) {}
            return Ok(body);
        }
        from.by_ref().take(size).read_to_end(&mut body)?;
        line(from)?;
    }
}

/// Sends a whole answer.
pub(crate) fn answer(
    to: &mut impl Write,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
) -> io::Result<()> {
    head(to, status, headers)?;
    write!(to, "Content-Length: {}\r\n\r\n", body.len())?;
    to.write_all(body)?;
    to.flush()
}

/// Sends an answer as it comes.
pub(crate) fn stream(
    to: &mut impl Write,
    status: u16,
    headers: &[(String, String)],
    from: &mut impl Read,
) -> io::Result<usize> {
    head(to, status, headers)?;
    write!(to, "Transfer-Encoding: chunked\r\n\r\n")?;
    let mut piece = vec![0; 64 << 10];
    let mut sent = 0;
    loop {
        let read = from.read(&mut piece)?;
        write!(to, "{read:x}\r\n")?;
        to.write_all(&piece[..read])?;
        to.write_all(b"\r\n")?;
        if read == 0 {
            to.flush()?;
            return Ok(sent);
        }
        sent += read;
    }
}

fn head(to: &mut impl Write, status: u16, headers: &[(String, String)]) -> io::Result<()> {
    write!(to, "HTTP/1.1 {status} -\r\n")?;
    for (name, value) in headers {
        write!(to, "{name}: {value}\r\n")?;
    }
    Ok(())
}
