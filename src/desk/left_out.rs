//! What an import leaves out, and the file that lists it.

use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

/// How bad it is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Weight {
    /// Nothing is left out; somebody should look.
    Note,
    /// Left out by rule: not for the books.
    Expected,
    /// A mistake in the row.
    Fault,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident, $name:literal, $weight:ident;)*) => {
        /// Why a row or an event was left out, or noted.
        #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Reason {
            $($(#[$doc])* $variant,)*
        }

        impl Reason {
            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Reason::$variant => $name,)* }
            }

            /// How bad it is.
            pub const fn weight(self) -> Weight {
                match self { $(Reason::$variant => Weight::$weight,)* }
            }
        }
    };
}

reasons! {
    /// Due before it was received. The event is kept as it stands, so the dossier is overdue at once.
    DueBeforeReceived, "DUE_BEFORE_RECEIVED", Note;
    /// National status 1 or 3: never in the books.
    NotInTheBooks, "NOT_IN_THE_BOOKS", Expected;
    /// Status 7 is a wish, not an outcome; status 4 changes no figure.
    NoOutcome, "NO_OUTCOME", Expected;
    /// The mapping says so.
    SkippedByMapping, "SKIPPED_BY_MAPPING", Expected;
    /// Closed before the books began.
    History, "HISTORY", Expected;
    /// Received before the books began, and not imported as opening stock.
    BeforeBooks, "BEFORE_BOOKS", Fault;
    /// The file is damaged there, or not UTF-8.
    BadText, "BAD_TEXT", Fault;
    /// A cell that has to be filled in is empty.
    MissingCell, "MISSING_CELL", Fault;
    /// A cell that is not a time in a form the mapping names.
    BadTime, "BAD_TIME", Fault;
    /// It has not happened yet.
    Future, "IN_THE_FUTURE", Fault;
    /// A year that was mistyped.
    Before1975, "BEFORE_1975", Fault;
    /// A channel the mapping does not name.
    UnknownChannel, "UNKNOWN_CHANNEL", Fault;
    /// A status or kind the mapping does not name.
    UnknownStatus, "UNKNOWN_STATUS", Fault;
    /// A kind of event that does not come from files.
    UnsupportedKind, "UNSUPPORTED_KIND", Fault;
    /// Not a unit code.
    BadUnit, "BAD_UNIT", Fault;
    /// It happened before what it follows.
    OutOfOrder, "OUT_OF_ORDER", Fault;
    /// The status says closed, and there is no date of it.
    ClosedWithoutTime, "CLOSED_WITHOUT_TIME", Fault;
    /// The status says open, and there is a date of closing.
    OpenButClosed, "OPEN_BUT_CLOSED", Fault;
    /// The status says that something was asked for, and no column says when.
    StatusWithoutTime, "STATUS_WITHOUT_TIME", Fault;
    /// Good in itself; another part of its row is not.
    RowLeftOut, "ROW_LEFT_OUT", Fault;
}

/// One line of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Row in the file, the header being row 1.
    pub row: u64,
    /// The dossier, as far as it is known.
    pub dossier: String,
    /// The kind of event, in the names of the protocol; empty for a whole row.
    pub kind: String,
    /// A [`Reason`] by name, or the node's own reason.
    pub reason: String,
    /// What was found, in words.
    pub detail: String,
}

/// The list as a file beside the imported one. Made with the first line; a list of an earlier run is replaced, and removed
/// where nothing is left out any more.
#[derive(Debug)]
pub struct LeftOutFile {
    path: PathBuf,
    writer: Option<csv::Writer<BufWriter<File>>>,
}

impl LeftOutFile {
    /// `FILE.left-out.csv`.
    pub fn path_for(file: &Path) -> PathBuf {
        let mut name = file.as_os_str().to_owned();
        name.push(".left-out.csv");
        PathBuf::from(name)
    }

    /// A list at that path; nothing is written yet.
    pub fn new(path: PathBuf) -> LeftOutFile {
        LeftOutFile { path, writer: None }
    }

    /// Adds a line.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&mut self, line: &LeftOut) -> io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let file = BufWriter::new(File::create(&self.path)?);
                let writer = self.writer.insert(csv::Writer::from_writer(file));
                writer.write_record(["row", "dossier", "kind", "reason", "detail"])?;
                writer
            }
        };
        writer.write_record([&line.row.to_string(), &line.dossier, &line.kind, &line.reason, &line.detail])?;
        Ok(())
    }

    /// Writes everything down; the path, if there is a list.
    ///
    /// # Errors
    /// The disk's.
    pub fn finish(self) -> io::Result<Option<PathBuf>> {
        let Some(mut writer) = self.writer else {
            return match fs::remove_file(&self.path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
                _ => Ok(None),
            };
        };
        writer.flush()?;
        Ok(Some(self.path))
    }
}
