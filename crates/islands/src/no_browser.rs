//! The server's counterpart of the browser code: the islands render and do nothing.

/// Reads a chart.
pub mod chart {
    /// Does nothing.
    pub fn follow_pointer(_id: &str) {}
}

/// Handles a provider's page in a frame.
pub mod frame {
    /// Does nothing.
    pub fn listen() {}
}

/// Opens Link's pane.
pub mod link {
    /// Does nothing.
    pub fn open(_token: &str, _returned: bool) {}

    /// Does nothing.
    pub fn open_again(_token: &str, _returned: bool) {}
}

/// Shows live progress.
pub mod progress {
    /// Does nothing.
    pub fn follow(_id: &str) {}
}

/// Shows live rates.
pub mod rates {
    /// Does nothing.
    pub fn follow() {}
}
