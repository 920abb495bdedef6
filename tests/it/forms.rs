//! Reports on forms, by the command line, from a real node.

use motcua::wire::pb::v1::{self as pb, event::Kind};

use super::{
    bad_input::{event, node, received, record},
    support::{motcua, must},
};

fn refused(args: &[&str]) -> (i32, String) {
    let output = motcua(args);
    assert!(output.stdout.is_empty());
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_of_a_form_comes_from_one_report() {
    let (node, channel) = node("01", "01").await;
    let resolved = || Kind::Resolved(pb::Resolved {});
    let events = vec![
        event(1, "A", "2018-02-20T08:00:00+07:00", received()),
        event(2, "A", "2018-02-21T08:00:00+07:00", resolved()),
        event(3, "B", "2018-03-16T08:00:00+07:00", received()),
        event(4, "C", "2018-03-17T08:00:00+07:00", received()),
        event(5, "C", "2018-03-19T08:00:00+07:00", resolved()),
    ];
    let acks = record(&channel, events).await.unwrap();
    assert_eq!(acks.len(), 5);
    let url = node.url();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    tokio::task::block_in_place(|| {
        let report = |more: &[&str]| {
            let mut args = vec!["report", "--period", "2018-04", "--unit", "01", "--node", &url];
            args.extend(more);
            must(&args)
        };
        let form = report(&["--format", "form"]);
        for words in
            ["Biểu số II.06b/VPCP/KSTT", "Kỳ báo cáo: Tháng 04 năm 2018", "Số liệu: Tạm tính", "Người lập biểu"]
        {
            assert!(form.contains(words), "{words} in {form}");
        }
        let total = |text: &str| text.lines().rfind(|line| line.starts_with(",Tổng số,")).unwrap().to_owned();
        // two received and one resolved in the period; the year has one of each before, because the books begin on 15/1
        let csv = report(&["--format", "form-csv"]);
        let cells: Vec<String> = total(&csv).split(',').map(str::to_owned).collect();
        assert_eq!(
            (cells[2].as_str(), cells[6].as_str(), &cells[cells.len() - 3..]),
            ("2", "1", &["3", "2", "0"].map(str::to_owned)[..])
        );
        assert!(form.contains("Số lũy kế chỉ tính từ ngày 15/01/2018 vì sổ của đơn vị bắt đầu từ ngày đó."), "{form}");
        let folded = report(&["--format", "form-csv", "--form", "II.06-folded"]);
        assert!(total(&folded).split(',').count() < cells.len(), "fewer columns");

        let html = report(&["--format", "html", "--output", &file("form.html"), "--lang", "en"]);
        assert_eq!(html.trim(), "");
        assert!(std::fs::read_to_string(file("form.html")).unwrap().starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
        report(&["--format", "xlsx", "--output", &file("form.xlsx")]);
        let first = std::fs::read(file("form.xlsx")).unwrap();
        assert!(first.starts_with(b"PK"));
        let sdmx = report(&["--format", "sdmx"]);
        assert!(sdmx.contains(",M,01,TO_HANDLE_TOTAL,_T,_T,2017-M04,2,P,--12-15,2018-04,"), "{sdmx}");
        let series = must(&[
            "report", "--period", "2018-03", "--to", "2018-04", "--format", "sdmx", "--unit", "01", "--node", &url,
        ]);
        assert!(series.contains(",2017-M03,") && series.contains(",2017-M04,"));
        let authority = report(&["--format", "csv", "--by", "authority"]);
        assert_eq!(authority.lines().count(), 3, "dossiers without a procedure have no level: {authority}");

        // a template of one's own
        let own = must(&["form", "show", "II.06"]).replace("Biểu số II.06b/VPCP/KSTT", "Biểu số 07a/BTP");
        std::fs::write(file("own.toml"), &own).unwrap();
        assert!(must(&["form", "check", &file("own.toml")]).contains("II.06, version 1, is a form"));
        assert!(report(&["--format", "form", "--form", &file("own.toml")]).contains("Biểu số 07a/BTP"));
        assert!(must(&["form", "list"]).lines().count() == 2);

        // one the top decided on: a wrong one is refused with all its mistakes, a right one is printed on by name, and another stays beside it
        let import = |file: &str| motcua(&["registry", "import", "forms", file, "--node", &url]);
        std::fs::write(file("wrong.toml"), own.replace("version = 1", "version = 0")).unwrap();
        assert_eq!(import(&file("wrong.toml")).status.code(), Some(1));
        for (name, number) in [("07a", "Biểu số 07a/BTP"), ("II.06", "Biểu số II.06b của tỉnh")] {
            let text = own.replace("id = \"II.06\"", &format!("id = \"{name}\"")).replace("Biểu số 07a/BTP", number);
            std::fs::write(file("top.toml"), text).unwrap();
            let told = String::from_utf8(import(&file("top.toml")).stdout).unwrap();
            assert!(told.starts_with(&format!("form {name} version 1, ")), "{told}");
        }
        assert!(report(&["--format", "form", "--form", "07a"]).contains("Biểu số 07a/BTP"));
        assert!(report(&["--format", "form"]).contains("Biểu số II.06b của tỉnh"), "in the place of the one shipped");
        let args = ["report", "--period", "2018-04", "--format", "form", "--form", "07b", "--node", &url];
        let (code, told) = refused(&args);
        assert_eq!((code, told.contains("write one of 07a, II.06, II.06-folded")), (2, true), "{told}");
    });
    let text = "id = \"x\"".to_owned();
    let forms = vec![pb::FormFile { name: "x".into(), text }];
    let part = pb::RegistryPart { kind: pb::RegistryPartKind::Forms.into(), forms, ..pb::RegistryPart::default() };
    let asked = pb::ImportRegistryRequest { part: Some(part) };
    let refusal = pb::registry_service_client::RegistryServiceClient::new(channel).import_registry(asked).await;
    assert_eq!(refusal.unwrap_err().code(), tonic::Code::InvalidArgument, "a node does not trust the command line");
}

#[test]
fn a_wrong_form_is_refused_with_all_its_mistakes_before_anybody_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    let text = must(&["form", "show", "II.06"])
        .replace("version = 1", "version = 0")
        .replace("\"resolved_early\"", "\"early\"");
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let nobody = "http://127.0.0.1:1";
    for (code, args) in [
        (1, vec!["form", "check", file]),
        (2, vec!["report", "--period", "2018-02", "--format", "xlsx", "--form", file, "--node", nobody]),
    ] {
        let (is, told) = refused(&args);
        assert_eq!(is, code, "{told}");
        for part in ["version is 0", "column 8: 'early' is not a measure", "column 7 is not resolved_total"] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }
    let (code, told) =
        refused(&["report", "--period", "2018-02", "--format", "form", "--form", "07a/BTP", "--node", nobody]);
    assert_eq!((code, told.contains("write one of II.06, II.06-folded")), (2, true), "{told}");
    let (code, told) =
        refused(&["report", "--period", "2018-02", "--to", "2018-03", "--format", "html", "--node", nobody]);
    assert_eq!((code, told.contains("leave out --to")), (2, true), "{told}");
    let nowhere = folder.path().join("no/such/file.txt");
    let (code, _) = refused(&["form", "check", nowhere.to_str().unwrap()]);
    assert_eq!(code, 3);
}
