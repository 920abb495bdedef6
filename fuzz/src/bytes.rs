//! Choices taken off the front of an input. When it is used up every choice is the first one, so that shorter inputs mean simpler things.

/// What is left of an input.
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One byte; 0 at the end.
    pub fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// Eight bytes as a number.
    pub fn number(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    /// A number below `below`; 0 if there is none.
    pub fn below(&mut self, below: usize) -> usize {
        let wide = usize::from(u16::from_le_bytes(self.array()));
        if below == 0 { 0 } else { wide % below }
    }

    /// One of these.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[usize::from(self.byte()) % from.len()].clone()
    }

    /// So many bytes, fewer at the end.
    pub fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    /// Exactly so many, filled up with zeros.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let taken = self.take(N);
        let mut array = [0; N];
        array[..taken.len()].copy_from_slice(taken);
        array
    }
}
