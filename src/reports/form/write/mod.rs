//! A page as text for a terminal, HTML for print, a workbook, and CSV. Nothing is computed here.

pub mod csv;
pub mod html;
pub mod text;
pub mod xlsx;
