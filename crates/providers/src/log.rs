//! Captures log output, for tests that check what it must not contain.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Event, Metadata, Subscriber};

/// The captured output of all threads that listen.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<String>>);

/// Captures this thread's log output while it lives.
pub(crate) struct Listening {
    _guard: DefaultGuard,
    _second: Dispatch,
}

impl Log {
    pub(crate) fn listen(&self) -> Listening {
        Listening {
            // With a single dispatcher, log sites first reached by another thread without one would stay disabled.
            _second: Dispatch::new(Self::default()),
            _guard: tracing::subscriber::set_default(self.clone()),
        }
    }

    pub(crate) fn text(&self) -> String {
        self.0.lock().expect("the log").clone()
    }
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut log = self.0.lock().expect("the log");
        let _ = writeln!(log, "{field}={value:?}");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
