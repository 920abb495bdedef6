//! What happened, line by line: hashed always, printed if asked.

pub struct Trace {
    hasher: blake3::Hasher,
    tell: bool,
}

impl Trace {
    pub fn new(tell: bool) -> Trace {
        Trace { hasher: blake3::Hasher::new(), tell }
    }

    pub fn say(&mut self, line: String) {
        self.hasher.update(line.as_bytes());
        self.hasher.update(b"\n");
        if self.tell {
            println!("{line}");
        }
    }

    /// Over every line until now.
    pub fn hash(&self) -> String {
        self.hasher.finalize().to_hex().chars().take(16).collect()
    }
}
