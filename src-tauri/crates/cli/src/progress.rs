//! How far something is: a bar where standard error is a terminal, a line now and then where it is a file or a log.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// So many lines a whole job at most, where there is no terminal.
const LINES: u64 = 20;

/// How far something is.
pub struct Progress {
    form: Form,
    total: u64,
    told: Option<u64>,
}

enum Form {
    Nothing,
    Lines,
    Bar(ProgressBar),
}

impl Progress {
    /// Shows nothing.
    pub fn none() -> Progress {
        Progress { form: Form::Nothing, total: 0, told: None }
    }

    /// Progress towards `total`, on standard error.
    pub fn new(total: u64) -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress { form: Form::Lines, total, told: None };
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("   {bar:24.cyan/dim} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─"));
        Progress { form: Form::Bar(bar), total, told: None }
    }

    /// Now so far, in words.
    pub fn at(&mut self, done: u64, words: &str) {
        match &self.form {
            Form::Nothing => {}
            Form::Bar(bar) => {
                bar.set_position(done);
                bar.set_message(words.to_owned());
            }
            Form::Lines => {
                let every = self.total.div_ceil(LINES).max(1);
                let due = self.told.is_none_or(|told| done >= told + every || (done == self.total && done != told));
                if due {
                    self.told = Some(done);
                    eprintln!("{words}");
                }
            }
        }
    }

    /// There is more than was known at first.
    pub fn length(&mut self, total: u64) {
        self.total = total;
        if let Form::Bar(bar) = &self.form {
            bar.set_length(total);
        }
    }

    /// Something worth a line of its own.
    pub fn say(&self, words: &str) {
        match &self.form {
            Form::Nothing => {}
            Form::Bar(bar) => bar.println(format!("   {words}")),
            Form::Lines => eprintln!("{words}"),
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Form::Bar(bar) = &self.form {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
