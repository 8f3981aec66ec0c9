//! How far a long run is, for somebody who watches: one line on the screen of the problems, after half a second, gone at the
//! end. It holds our own words only.

use std::io::Write as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Shorter runs say nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often the line moves.
const BEAT: Duration = Duration::from_millis(120);

const FRAMES: [&str; 4] = ["·  ", "·· ", "···", " ··"];

/// The line, while this lives.
pub(super) struct Progress {
    /// Tells the next stage; that nobody does any more is the end.
    stage: Option<Sender<&'static str>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins with a stage (`reading`), if anybody watches.
    pub(super) fn start(watched: bool, stage: &'static str) -> Self {
        if !watched {
            return Self { stage: None, thread: None };
        }
        let (sender, receiver) = channel();
        let draw = move || {
            let (mut stage, mut frame, mut wait) = (stage, 0, PATIENCE);
            loop {
                match receiver.recv_timeout(wait) {
                    Ok(next) => stage = next,
                    Err(RecvTimeoutError::Timeout) => {
                        let _ = write!(std::io::stderr(), "\r{stage} {}\u{1b}[K", FRAMES[frame % FRAMES.len()]);
                        (frame, wait) = (frame + 1, BEAT);
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            if frame > 0 {
                let _ = write!(std::io::stderr(), "\r\u{1b}[K");
            }
        };
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(draw).ok();
        Self { stage: Some(sender), thread }
    }

    /// Goes on to another stage.
    pub(super) fn stage(&self, stage: &'static str) {
        if let Some(sender) = &self.stage {
            let _ = sender.send(stage);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stage = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
