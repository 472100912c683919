//! A minimal HTTP client that keeps its connection alive, because its own cost takes from what is measured.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::program::Program;

/// A response.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The `Location` header, if any.
    pub location: Option<String>,
    /// The body, still encoded.
    pub body: Vec<u8>,
}

/// One connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    pub fn to(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self {
            stream: BufReader::with_capacity(1 << 16, stream),
        })
    }

    /// Sends a whole request and reads the whole response.
    pub fn ask(&mut self, request: &[u8]) -> Outcome<Answer> {
        self.stream.get_mut().write_all(request)?;
        let mut answer = Answer {
            status: self.line()?.split(' ').nth(1).ok_or("no status")?.parse()?,
            location: None,
            body: Vec::new(),
        };
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "transfer-encoding" => chunked = value == "chunked",
                "location" => answer.location = Some(value.to_owned()),
                _ => {}
            }
        }
        if chunked {
            while let size @ 1.. = usize::from_str_radix(&self.line()?, 16)? {
                self.read(&mut answer.body, size)?;
                self.line()?;
            }
            self.line()?;
        } else {
            self.read(&mut answer.body, length)?;
        }
        Ok(answer)
    }

    fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err("the server hung up".into());
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }

    fn read(&mut self, body: &mut Vec<u8>, size: usize) -> Outcome<()> {
        let from = body.len();
        body.resize(from + size, 0);
        self.stream.read_exact(&mut body[from..])?;
        Ok(())
    }
}

/// Returns a request for a page.
pub fn get(path: &str, cookie: &str, encoding: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\naccept: text/html\r\naccept-encoding: {encoding}\r\n\r\n"
    )
    .into_bytes()
}

/// Returns a request that sends a form.
pub fn post(path: &str, cookie: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\naccept: text/html\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// Returns a program's request with a token or a key.
pub fn call(path: &str, bearer: &str, encoding: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {bearer}\r\n\
         accept: application/json\r\naccept-encoding: {encoding}\r\n\r\n"
    )
    .into_bytes()
}

/// Returns a program's request that sends a JSON document.
pub fn post_json(path: &str, document: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{document}",
        document.len()
    )
    .into_bytes()
}

/// The result for a number of simultaneous browsers.
pub struct Served {
    /// Responses a second.
    pub rate: f64,
    /// The median response time, in milliseconds.
    pub typical_ms: f64,
    /// The processor time that the program used for a response, in milliseconds.
    pub busy_ms: f64,
}

/// Has a number of browsers request the same page for a while, each again as soon as it has its response.
pub fn crowd(
    program: &Program,
    request: &[u8],
    browsers: usize,
    lasting: Duration,
) -> Outcome<Served> {
    let mut connections = Vec::new();
    for _ in 0..browsers {
        let mut connection = Connection::to(program.address)?;
        let answer = connection.ask(request)?;
        if answer.status != 200 {
            return Err(format!("answered {}", answer.status).into());
        }
        connections.push(connection);
    }
    let (began, busy) = (Instant::now(), program.busy()?);
    let times: Outcome<Vec<Vec<f64>>> = std::thread::scope(|scope| {
        let browsers: Vec<_> = connections
            .iter_mut()
            .map(|connection| scope.spawn(move || one(connection, request, began, lasting)))
            .collect();
        browsers
            .into_iter()
            .map(|browser| browser.join().map_err(|_| "a browser failed")?)
            .collect()
    });
    let took = began.elapsed().as_secs_f64();
    let busy = (program.busy()? - busy).as_secs_f64();
    let mut times = times?.concat();
    times.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "a count of answers is small")]
    let answers = times.len() as f64;
    Ok(Served {
        rate: answers / took,
        busy_ms: busy * 1_000.0 / answers,
        typical_ms: crate::report::median(&times),
    })
}

fn one(
    connection: &mut Connection,
    request: &[u8],
    began: Instant,
    lasting: Duration,
) -> Outcome<Vec<f64>> {
    let mut times = Vec::new();
    // At least once, however slow.
    while times.is_empty() || began.elapsed() < lasting {
        let asked = Instant::now();
        if connection.ask(request)?.status != 200 {
            return Err("not answered with 200".into());
        }
        times.push(asked.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(times)
}
