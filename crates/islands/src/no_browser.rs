//! On the server there is no browser: the islands are drawn and do nothing.

/// Reading a chart.
pub mod chart {
    /// Does nothing.
    pub fn read(_id: &str) {}
}

/// A provider's page in a frame.
pub mod frame {
    /// Does nothing.
    pub fn listen() {}
}

/// Link's pane.
pub mod link {
    /// Does nothing.
    pub fn open(_token: &str, _returned: bool) {}

    /// Does nothing.
    pub fn open_again(_token: &str, _returned: bool) {}
}

/// Live progress.
pub mod progress {
    /// Does nothing.
    pub fn follow(_id: &str) {}
}

/// Live rates.
pub mod rates {
    /// Does nothing.
    pub fn follow() {}
}
