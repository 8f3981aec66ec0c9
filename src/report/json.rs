//! json
use super::{Report, Style};
use crate::source::Shown;
use std::io;
pub(super) fn render(_: &Report, _: Shown<'_>, _: &Style, _: &mut dyn io::Write) -> io::Result<()> {
    Ok(())
}
