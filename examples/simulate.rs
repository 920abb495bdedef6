//! The simulation, from the command line.
//!
//! `cargo run --example simulate -- --seed 7 --trace` plays one seed and says what happens, always the same. `--seeds 200` plays new ones until so
//! many have counted, prints them, and ends with 1 if a promise was broken in any.

// A simulation says what went wrong by stopping where it stands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::Instant,
};

use clap::Parser;

#[path = "../tests/model/mod.rs"]
mod model;
#[path = "../tests/simulate/mod.rs"]
mod simulate;

use motcua::domain;
use simulate::{Counted, Fault, Outcome};

/// Plays a small country under bad weather, and compares every node with a plain model.
#[derive(Parser)]
struct Args {
    /// Play this seed only.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Play new seeds until so many have counted.
    #[arg(long, default_value_t = 20)]
    seeds: usize,
    /// The first of them; drawn from the clock if not said.
    #[arg(long)]
    from: Option<u64>,
    /// Seeds at once; each needs one processor.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Stop at the first violation.
    #[arg(long)]
    stop: bool,
    /// Say everything that happens.
    #[arg(long)]
    trace: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let begun = Instant::now();
    let outcomes = match args.seed {
        Some(seed) => vec![play(seed, args.trace)],
        None => many(&args),
    };
    for outcome in outcomes.iter().filter(|outcome| !outcome.violations.is_empty()) {
        println!("\nseed {} broke a promise; see it with --seed {} --trace", outcome.seed, outcome.seed);
        for violation in &outcome.violations {
            println!("  {violation}");
        }
    }
    table(&outcomes);
    println!("machine time           {:.1} s", begun.elapsed().as_secs_f64());
    ExitCode::from(u8::from(outcomes.iter().any(|outcome| !outcome.violations.is_empty())))
}

/// A panic of the product is a broken promise too.
fn play(seed: u64, trace: bool) -> Outcome {
    catch_unwind(AssertUnwindSafe(|| simulate::run(seed, trace))).unwrap_or_else(|panic| {
        let why = panic.downcast_ref::<String>().cloned();
        let why = why.or_else(|| panic.downcast_ref::<&str>().map(|w| (*w).to_owned())).unwrap_or_default();
        Outcome { seed, violations: vec![format!("a panic: {why}")], ..Outcome::default() }
    })
}

fn many(args: &Args) -> Vec<Outcome> {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let first = args.from.unwrap_or(clock.as_secs() % 1_000_000_000 * 1000);
    println!("seeds from {first}");
    let (next, counted, wrong) = (AtomicU64::new(first), AtomicUsize::new(0), AtomicUsize::new(0));
    let outcomes = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..args.jobs.max(1) {
            scope.spawn(|| {
                while counted.load(SeqCst) < args.seeds && !(args.stop && wrong.load(SeqCst) > 0) {
                    let outcome = play(next.fetch_add(1, SeqCst), false);
                    counted.fetch_add(usize::from(outcome.counts()), SeqCst);
                    wrong.fetch_add(usize::from(!outcome.violations.is_empty()), SeqCst);
                    println!("{}", line(&outcome));
                    outcomes.lock().unwrap().insert(outcome.seed, outcome);
                }
            });
        }
    });
    outcomes.into_inner().unwrap().into_values().collect()
}

fn line(outcome: &Outcome) -> String {
    let verdict = match (outcome.violations.len(), outcome.counts()) {
        (0, true) => "kept",
        (0, false) => "kept, does not count",
        _ => "BROKEN",
    };
    format!("seed {} {} {verdict}", outcome.seed, outcome.trace)
}

fn table(outcomes: &[Outcome]) {
    let counted: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.counts()).collect();
    let sum = |of: &dyn Fn(&Outcome) -> u64| counted.iter().map(|outcome| of(outcome)).sum::<u64>();
    let mut faults = Counted::new();
    for (fault, n) in counted.iter().flat_map(|outcome| &outcome.faults) {
        *faults.entry(*fault).or_default() += n;
    }
    println!();
    println!("seeds that count       {}", counted.len());
    println!("seeds discarded        {}", outcomes.len() - counted.len());
    println!("seeds with violations  {}", outcomes.iter().filter(|outcome| !outcome.violations.is_empty()).count());
    println!("nodes                  {}", sum(&|o| o.units as u64));
    println!("simulated days         {}", sum(&|o| o.days.unsigned_abs()));
    println!("events                 {}", sum(&|o| o.events as u64));
    println!("closes                 {}", sum(&|o| o.closes.into()));
    println!("amendments             {}", sum(&|o| o.amendments.into()));
    println!("faults                 {}", faults.values().sum::<u32>());
    for fault in Fault::ALL {
        println!("  {:<20} {}", format!("{fault:?}"), faults.get(&fault).unwrap_or(&0));
    }
}
