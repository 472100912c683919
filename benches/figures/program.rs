//! A serving program in a process of its own: Passbook itself, or the control.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::browser::{Connection, get};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A serving process; it is killed when this is dropped.
pub struct Program {
    /// The address it listens on.
    pub address: SocketAddr,
    /// The time from the start of the process until it was ready.
    pub took: Duration,
    child: Child,
}

impl Program {
    /// Starts Passbook on a data directory, with the built-in bank.
    pub fn passbook(dir: &Path) -> Outcome<Self> {
        let address = free_address()?;
        Self::start(passbook(dir, address), dir, address)
    }

    /// Starts Passbook with more settings.
    pub fn passbook_with(dir: &Path, settings: &[(&str, &str)]) -> Outcome<Self> {
        let address = free_address()?;
        let mut command = passbook(dir, address);
        command.envs(settings.iter().copied());
        Self::start(command, dir, address)
    }

    /// Starts Passbook with a hard limit of open files.
    pub fn passbook_with_files(dir: &Path, files: Option<u32>) -> Outcome<Self> {
        let Some(files) = files else {
            return Self::passbook(dir);
        };
        let address = free_address()?;
        let command = passbook(dir, address);
        let mut limited = Command::new("/bin/sh");
        let script = format!("ulimit -n {files} && exec \"$0\"");
        limited.arg("-c").arg(script).arg(command.get_program());
        limited.env_clear();
        let set = command.get_envs().filter_map(|(n, v)| Some((n, v?)));
        limited.envs(
            set.map(|(n, v)| (n.to_owned(), v.to_owned()))
                .collect::<Vec<_>>(),
        );
        Self::start(limited, dir, address)
    }

    /// Starts Passbook on a data directory, with Plaid at this address.
    pub fn passbook_at(dir: &Path, plaid: SocketAddr) -> Outcome<Self> {
        let address = free_address()?;
        let mut command = passbook(dir, address);
        command
            .env("PLAID_CLIENT_ID", "bench")
            .env("PLAID_SECRET", "bench")
            .env("PLAID_BASE_URL", format!("http://{plaid}"))
            // A log line for each webhook would measure the terminal.
            .env("RUST_LOG", "error");
        Self::start(command, dir, address)
    }

    /// Starts the control on the same data directory.
    pub fn control(dir: &Path) -> Outcome<Self> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg(crate::control::WORD)
            .arg(address.to_string())
            .arg(dir);
        Self::start(command, dir, address)
    }

    fn start(mut command: Command, dir: &Path, address: SocketAddr) -> Outcome<Self> {
        // In the data directory, so that a `.env` of the person who measures has no effect.
        command
            .current_dir(dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            // It prints little unless something is wrong.
            .stderr(Stdio::inherit());
        let began = Instant::now();
        let mut program = Self {
            child: command.spawn()?,
            address,
            took: Duration::ZERO,
        };
        while !program.is_ready() {
            if began.elapsed() > PATIENCE || program.child.try_wait()?.is_some() {
                return Err("a program did not start".into());
            }
            // A short wait, so that polling is not what keeps the machine busy.
            std::thread::park_timeout(Duration::from_micros(500));
        }
        program.took = began.elapsed();
        Ok(program)
    }

    fn is_ready(&self) -> bool {
        Connection::to(self.address)
            .and_then(|mut connection| connection.ask(&get("/readyz", "", "identity")))
            .is_ok_and(|answer| answer.status == 200)
    }

    /// Returns the processor time that it has used so far.
    pub fn busy(&self) -> Outcome<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // After the name, which may contain anything, the state is the first field. User and system time, in hundredths
        // of a second, are the twelfth and thirteenth (proc_pid_stat(5)).
        let fields = stat.rsplit_once(')').ok_or("no name")?.1;
        let mut ticks = 0;
        for field in fields.split_whitespace().skip(11).take(2) {
            ticks += field.parse::<u64>()?;
        }
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Returns its memory, in MB.
    pub fn memory(&self) -> Outcome<f64> {
        self.status_line("VmRSS:")
    }

    /// Resets its peak memory (proc_pid_clear_refs(5)).
    pub fn forget_peak(&self) -> Outcome<()> {
        let file = format!("/proc/{}/clear_refs", self.child.id());
        Ok(std::fs::write(file, "5")?)
    }

    /// Returns its peak memory so far, in MB.
    pub fn peak(&self) -> Outcome<f64> {
        self.status_line("VmHWM:")
    }

    fn status_line(&self, name: &str) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|rest| rest.trim().strip_suffix(" kB"));
        Ok(kilobytes.ok_or("no such line")?.trim().parse::<f64>()? / 1_024.0)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A kill does the books no harm.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn passbook(dir: &Path, address: SocketAddr) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_passbook"));
    command
        .env_clear()
        .env("PASSBOOK_LISTEN", address.to_string())
        .env("PASSBOOK_DATA_DIR", dir)
        // Requests are still counted, but never refused.
        .env("PASSBOOK_API_RATE", "1000000000")
        .env("RUST_LOG", "error,passbook=info");
    command
}

fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
