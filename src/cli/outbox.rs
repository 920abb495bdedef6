//! `motcua desk send`: what a desk keeps of what it sent.

use std::path::Path;

use super::{
    Failure,
    args::{DeskSendArgs, NodeArgs},
    connect,
    out::say,
};
use crate::{
    clock,
    desk::{
        keeping::Says,
        outbox::{Limits, Outbox},
        send::{self, SendOptions, SendReport},
    },
    wire::pb::v1 as pb,
};

/// Opens an outbox and says if something of it was cut off.
pub(super) fn open(folder: &Path) -> Result<Outbox, Failure> {
    let outbox = Outbox::open(folder, Limits::default()).map_err(Failure::could_not)?;
    if outbox.cut > 0 {
        eprintln!(
            "an interrupted write of {} bytes, of which nothing was ever sent, was cut off the outbox",
            outbox.cut
        );
    }
    Ok(outbox)
}

/// `motcua desk send`
pub(super) async fn send(args: &DeskSendArgs) -> Result<(), Failure> {
    let mut outbox = open(&args.outbox.outbox)?;
    send_all(&mut outbox, &args.node, args.outbox.keep_days, args.forget_refused).await
}

/// Sends what has to be sent, forgets what may be forgotten, and says how it went.
pub(super) async fn send_all(
    outbox: &mut Outbox,
    node: &NodeArgs,
    keep_days: u32,
    forget_refused: bool,
) -> Result<(), Failure> {
    let sent = try_to(outbox, node, keep_days, forget_refused).await;
    let waiting = outbox.keeping().waiting();
    let report = match sent {
        Ok(report) => report,
        Err(failure) if failure.is_could_not() => {
            let kept = outbox.keeping().len();
            return Err(Failure::could_not(format!(
                "{failure}; {waiting} of {kept} events in the outbox wait: run `motcua desk send` again later"
            )));
        }
        Err(failure) => return Err(failure),
    };
    tell(&report, outbox);
    if report.conflict + report.refused > 0 {
        return Err(Failure::no("not everything was taken in"));
    }
    Ok(())
}

async fn try_to(
    outbox: &mut Outbox,
    node: &NodeArgs,
    keep_days: u32,
    forget_refused: bool,
) -> Result<SendReport, Failure> {
    let channel = connect::lasting_channel(node).await?;
    let status = connect::admin(channel.clone()).get_status(pb::GetStatusRequest {}).await;
    let status = status.map_err(|s| Failure::status(&s))?.into_inner();
    let backed_up_through = status.backup.map_or(0, |backup| backup.through);
    let says = Says { epoch: status.epoch, sequence: status.sequence, backed_up_through };
    let options = SendOptions { keep_days, forget_refused, now: clock::now() };
    send::send(outbox, connect::desk(channel), says, &options).await.map_err(Failure::could_not)
}

fn tell(report: &SendReport, outbox: &Outbox) {
    say!("sent               {}", report.sent);
    for (name, count) in [
        ("recorded", report.recorded),
        ("already recorded", report.already_recorded),
        ("offered again", report.offered_again),
        ("brought back", report.brought_back),
        ("conflict", report.conflict),
        ("refused", report.refused),
        ("now in a backup", report.forgotten.backed_up),
        ("days are over", report.forgotten.kept_long),
    ] {
        if count > 0 {
            say!("{name:<18} {count}");
        }
    }
    say!("kept               {}", outbox.keeping().len());
    if report.brought_back > 0 {
        eprintln!("the node was restored and had lost {} events; it has them again", report.brought_back);
    }
    for (reason, (count, words)) in &report.reasons {
        eprintln!("{count} not taken in: {words} [{reason}]");
    }
    if report.forgotten.kept_long > 0 {
        eprintln!("{} events are kept no more, although the node has no backup of them", report.forgotten.kept_long);
    }
}
