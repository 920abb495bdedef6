use super::*;

/// Every reason of the ledger, the node and the documents, with the code programs rely on.
const TABLE: &[(&str, Code)] = &[
    ("NOT_THIS_UNIT", Code::FailedPrecondition),
    ("TWO_PERSONS", Code::FailedPrecondition),
    ("TOO_MANY_REVIEWS", Code::FailedPrecondition),
    ("ANSWER_IN_THE_PAST", Code::InvalidArgument),
    ("NOT_PREPARED", Code::FailedPrecondition),
    ("CHANGED_SINCE_PREPARED", Code::FailedPrecondition),
    ("NEEDS_A_PERSON", Code::PermissionDenied),
    ("SAME_PERSON", Code::PermissionDenied),
    ("UNKNOWN_UNIT", Code::NotFound),
    ("UNKNOWN_PROCEDURE", Code::FailedPrecondition),
    ("NO_DOSSIER", Code::InvalidArgument),
    ("MEMO_WITH_DOSSIER", Code::InvalidArgument),
    ("MEMO_VALUE", Code::InvalidArgument),
    ("UNKNOWN_TARGET", Code::NotFound),
    ("OTHER_KIND", Code::FailedPrecondition),
    ("IN_THE_FUTURE", Code::InvalidArgument),
    ("BEFORE_1975", Code::InvalidArgument),
    ("BEFORE_BOOKS", Code::FailedPrecondition),
    ("OPENING_AFTER_START", Code::FailedPrecondition),
    ("PERIOD_NOT_OVER", Code::FailedPrecondition),
    ("ALREADY_CLOSED", Code::FailedPrecondition),
    ("NOT_CLOSED", Code::FailedPrecondition),
    ("BOOKS_BEGIN_LATER", Code::FailedPrecondition),
    ("FIGURES_ENTERED", Code::FailedPrecondition),
    ("DOSSIERS_BOOKED", Code::FailedPrecondition),
    ("FIGURES_OVERLAP", Code::FailedPrecondition),
    ("FIGURES_GAP", Code::FailedPrecondition),
    ("UNIT_CHANGES", Code::FailedPrecondition),
    ("NOT_THE_LAST", Code::FailedPrecondition),
    ("NOT_ENTERED", Code::FailedPrecondition),
    ("BAD_EXPLANATION", Code::InvalidArgument),
    ("TOO_MANY_EXPLAINED", Code::FailedPrecondition),
    ("NO_REASON", Code::InvalidArgument),
    ("RESTORED", Code::FailedPrecondition),
    ("NO_REGISTRY", Code::FailedPrecondition),
    ("NOT_THE_SUM", Code::FailedPrecondition),
    ("DOES_NOT_BALANCE", Code::FailedPrecondition),
    ("DOES_NOT_CONTINUE", Code::FailedPrecondition),
    ("NOT_BELOW_SENDER", Code::PermissionDenied),
    ("NOT_BELOW_US", Code::PermissionDenied),
    ("WRONG_KEY", Code::PermissionDenied),
    ("WRONG_KEEPER", Code::PermissionDenied),
    ("CONFLICTING_REVISION", Code::AlreadyExists),
    ("STALE_REVISION", Code::Aborted),
    ("UNKNOWN_ATOM", Code::FailedPrecondition),
    ("PARTS_DIFFER", Code::FailedPrecondition),
    ("NOT_THE_TOP", Code::FailedPrecondition),
    ("NO_MEMBER", Code::NotFound),
    ("NO_PERSON", Code::NotFound),
    ("NOTHING_WAITS", Code::NotFound),
    ("NO_AUTHORITY", Code::FailedPrecondition),
    ("CANNOT_ISSUE", Code::FailedPrecondition),
    ("BAN_OF_TOP", Code::FailedPrecondition),
    ("TOKEN_OF_TOP", Code::FailedPrecondition),
    ("KEY_NOT_COMPARED", Code::FailedPrecondition),
    ("ROLL_BY_ENROLMENT", Code::FailedPrecondition),
    ("WAITS_FOR_APPROVAL", Code::FailedPrecondition),
    ("REVOKED_KEY", Code::PermissionDenied),
    ("NOT_ENROLLED", Code::PermissionDenied),
    ("BANNED", Code::PermissionDenied),
    ("ALTERED_REGISTRY", Code::PermissionDenied),
    ("NOT_ALLOWED", Code::PermissionDenied),
    ("OTHER_UNIT", Code::PermissionDenied),
    ("NO_CREDENTIALS", Code::Unauthenticated),
    ("BAD_CREDENTIALS", Code::Unauthenticated),
    ("CERTIFICATE_VOID", Code::Unauthenticated),
    ("BAD_PROOF", Code::Unauthenticated),
    ("TOKEN_UNKNOWN", Code::Unauthenticated),
    ("TOKEN_EXPIRED", Code::Unauthenticated),
    ("TOKEN_USED", Code::Unauthenticated),
    ("TOKEN_OTHER_UNIT", Code::Unauthenticated),
    ("OLD_REQUEST", Code::Unauthenticated),
    ("CUT_TOO_LATE", Code::FailedPrecondition),
    ("BEYOND_LIMITS", Code::FailedPrecondition),
    ("DISK_FULL", Code::ResourceExhausted),
    ("BUSY", Code::ResourceExhausted),
    ("RATE_LIMITED", Code::ResourceExhausted),
    ("BATCH_TOO_LARGE", Code::InvalidArgument),
    ("NO_TREE", Code::FailedPrecondition),
    ("STOPPED", Code::Unavailable),
    ("SHUTTING_DOWN", Code::Unavailable),
    ("STATE_BROKEN", Code::Internal),
    ("REPORT_WRONG", Code::Internal),
    ("BAD_PERIOD", Code::InvalidArgument),
    ("UNREADABLE_REPORT", Code::InvalidArgument),
    ("PERIOD_NOT_ANSWERABLE", Code::FailedPrecondition),
    ("PERIOD_NOT_BEGUN", Code::FailedPrecondition),
    ("NO_FIGURES", Code::NotFound),
    ("NOT_PUBLISHED_THEN", Code::NotFound),
    ("NO_SUCH_DOSSIER", Code::NotFound),
    ("BAD_SIGNATURE", Code::InvalidArgument),
    ("MALFORMED_DOCUMENT", Code::InvalidArgument),
    ("NEWER_DOCUMENT", Code::FailedPrecondition),
    ("BAD_PAGE_TOKEN", Code::InvalidArgument),
    ("BAD_PAGE_SIZE", Code::InvalidArgument),
    ("PROTOCOL_VERSION", Code::FailedPrecondition),
    ("INVALID", Code::InvalidArgument),
    ("BAD_DATE", Code::InvalidArgument),
    ("MALFORMED_MESSAGE", Code::InvalidArgument),
    ("MESSAGE_TOO_LARGE", Code::InvalidArgument),
    ("UNKNOWN_METHOD", Code::Unimplemented),
];

#[test]
fn every_reason_has_its_code() {
    for (reason, code) in TABLE {
        assert_eq!(code_of(reason), *code, "{reason}");
    }
}

#[test]
fn no_reason_of_the_ledger_is_forgotten() {
    let source = include_str!("../ledger/refusal.rs");
    let names = source.lines().filter_map(|line| line.split_once("=> \"")?.1.split_once("\",").map(|(name, _)| name));
    let names: Vec<&str> = names
        .filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'))
        .collect();
    assert!(names.len() > 25, "{names:?}");
    for name in names {
        assert!(TABLE.iter().any(|(known, _)| *known == name), "{name} is not in the table");
    }
}

/// As tonic says them when a frame is cut off, marked wrongly, or empty.
#[test]
fn what_the_transport_cannot_read_has_a_reason() {
    for said in [
        "Unexpected EOF decoding stream.",
        "Missing request message.",
        "failed to decode Protobuf message: invalid wire type value: 7",
        "protocol error: received message with compressed-flag but no grpc-encoding was specified",
        "Error decompressing: invalid gzip header, while sending request",
    ] {
        let told = with_reason(Status::internal(said));
        assert_eq!(reason_of(&told).as_deref(), Some("MALFORMED_MESSAGE"), "{said}");
        assert_eq!(told.code(), Code::InvalidArgument, "{said}");
    }
}

#[test]
fn what_is_sent_is_explained_in_one_line() {
    let sent = status("BAD_PERIOD", "period", "\"x\" is not a period: write 2018-02".into());
    let violations = sent.get_details_bad_request().unwrap().field_violations;
    assert_eq!(violations[0].field, "period");
    assert_eq!(explain(&sent), "\"x\" is not a period: write 2018-02 [BAD_PERIOD]");

    let full = status("DISK_FULL", "", "disk full: free some space".into());
    assert_eq!(explain(&full), "disk full: free some space; try again in 30 s [DISK_FULL]");
    assert_eq!(full.get_details_retry_info().unwrap().retry_delay, Some(Duration::from_secs(30)));
    for reason in ["BUSY", "DISK_FULL", "RATE_LIMITED"] {
        let waits = status(reason, "", String::new()).get_details_retry_info().is_some();
        assert!(waits, "{reason} says when to try again, as docs/errors.md has it");
    }

    let two = vec![
        WireError::new("units[0].code", "BAD_UNIT", "write a code"),
        WireError::new("units[3].code", "DUPLICATE", "keep one"),
    ];
    assert_eq!(
        explain(&malformed(two)),
        "units[0].code: write a code (and 1 more: see the details); units[3].code: keep one [BAD_UNIT]"
    );
    assert_eq!(explain(&Status::invalid_argument("Something")), "something");
    assert_eq!(
        explain(&Status::unavailable("Connection refused")),
        "the node cannot be reached (connection refused): check its address and that it runs"
    );
}

#[test]
fn details_fit_into_trailers() {
    let many = (0..50).map(|i| WireError::new(format!("units[{i}].name"), "BAD_TREE", "ế".repeat(400))).collect();
    let status = malformed(many);
    assert!(status.details().len() < 6_000 && status.message().len() < 1_010, "{}", status.details().len());
}
