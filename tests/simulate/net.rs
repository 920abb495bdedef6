//! A network made up of pipes. Bytes take their time, keep their order within a connection and nowhere else; links stall and go on, connections are
//! cut in the middle, machines go silent, and what a client once said is said again on another connection.
//!
//! A stalled link holds everything back and lets it through later, as TCP does with what it has to send again.
//!
//! tokio wakes those who wait for one thing in an order of its own, drawn anew in every process. So that a seed stays one course of events, nothing
//! here may depend on who comes first within a moment: each direction of each connection draws its delays by itself.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io::{self, ErrorKind},
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use fastrand::Rng;
use motcua::{
    api::listener::Listener,
    trust::dial::{Dial, Socket},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{mpsc, oneshot},
};
use tokio_stream::{StreamExt, wrappers::UnboundedReceiverStream};

/// A machine on the network.
pub type Place = u8;

/// Bytes of a client that are remembered, to be said again.
const REMEMBERED: usize = 256 << 10;
/// Conversations that are remembered.
const CONVERSATIONS: usize = 16;

/// A connection: who opened it, to whom, the how manieth between the two; and its direction.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    client: Place,
    server: Place,
    nth: u32,
    back: bool,
}

/// One direction of a connection.
struct Pipe {
    from: Place,
    to: Place,
    rng: Rng,
    flight: VecDeque<(u64, Vec<u8>)>,
    inbox: VecDeque<u8>,
    /// Nothing follows what is in flight.
    finished: bool,
    /// The reader has seen the end.
    ended: bool,
    /// Broken for both ends.
    reset: bool,
    /// Nobody reads any more: the next write breaks it.
    deaf: bool,
    /// Whatever is written vanishes.
    lost: bool,
    said: Option<Vec<u8>>,
    reader: Option<Waker>,
}

struct Dialled {
    way: Way,
    due: u64,
    answer: oneshot::Sender<io::Result<Socket>>,
}

#[derive(Default)]
struct State {
    now: u64,
    seed: u64,
    /// For what the story asks, one thing after the other.
    rng: Rng,
    /// Connections that were asked for, by who asks whom.
    asked: BTreeMap<(Place, Place), u32>,
    pipes: BTreeMap<Way, Pipe>,
    dialled: Vec<Dialled>,
    listeners: BTreeMap<Place, mpsc::UnboundedSender<(Socket, SocketAddr)>>,
    stalled: BTreeSet<(Place, Place)>,
    slow: BTreeSet<(Place, Place)>,
    conversations: VecDeque<(Place, Place, Vec<u8>)>,
}

/// See the module.
#[derive(Clone, Default)]
pub struct Net(Arc<Mutex<State>>);

fn address(place: Place) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, place], 7070))
}

impl Net {
    pub fn new(seed: u64) -> Net {
        let net = Net::default();
        *net.state() = State { seed, rng: Rng::with_seed(seed), ..State::default() };
        net
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a node listens, for its neighbours.
    pub fn url(place: Place) -> String {
        format!("http://{}", address(place))
    }

    /// Opens a machine's port.
    pub fn listen(&self, place: Place) -> Listener {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.state().listeners.insert(place, sender);
        Listener::of(UnboundedReceiverStream::new(receiver).map(Ok))
    }

    /// How a machine reaches others.
    pub fn dial(&self, from: Place) -> Dial {
        let net = self.clone();
        Dial::by(move |host, _| {
            let (answer, opened) = oneshot::channel();
            let to = host.rsplit('.').next().and_then(|last| last.parse().ok()).unwrap_or_default();
            let mut state = net.state();
            let way = state.way(from, to);
            let due = arrival(state.now, &state.slow, (from, to), &mut way.rng(state.seed));
            state.dialled.push(Dialled { way, due, answer });
            Box::pin(async move { opened.await.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into())) })
        })
    }

    /// Time goes on: what is due arrives.
    pub fn advance(&self, now: u64) {
        let mut state = self.state();
        state.now = now;
        let State { pipes, stalled, .. } = &mut *state;
        for pipe in pipes.values_mut().filter(|p| !stalled.contains(&(p.from, p.to))) {
            pipe.arrive(now);
        }
        let mut waiting = std::mem::take(&mut state.dialled);
        waiting.sort_by_key(|dialled| dialled.way);
        let mut answers = Vec::new();
        for dialled in waiting {
            let Way { client, server, .. } = dialled.way;
            if dialled.due > now || [(client, server), (server, client)].iter().any(|link| state.stalled.contains(link))
            {
                state.dialled.push(dialled);
                continue;
            }
            let opened = state.open(self, dialled.way);
            let end = |()| Box::new(End { net: self.clone(), writes: dialled.way }) as Socket;
            answers.push((dialled.answer, opened.map(end)));
        }
        state.forget();
        drop(state);
        for (answer, opened) in answers {
            // Whoever dialled may have given up.
            let _ = answer.send(opened);
        }
    }

    /// Whether anything is on its way.
    pub fn is_busy(&self) -> bool {
        let state = self.state();
        let moving =
            |p: &Pipe| !state.stalled.contains(&(p.from, p.to)) && (!p.flight.is_empty() || !p.inbox.is_empty());
        !state.dialled.is_empty() || state.pipes.values().any(moving)
    }

    /// Nothing passes this way until [`Net::heal`].
    pub fn stall(&self, from: Place, to: Place) {
        self.state().stalled.insert((from, to));
    }

    /// Whatever passes this way takes seconds until [`Net::heal`].
    pub fn slow(&self, from: Place, to: Place) {
        self.state().slow.insert((from, to));
        self.state().slow.insert((to, from));
    }

    /// Everything passes again.
    pub fn heal(&self) {
        let mut state = self.state();
        state.stalled.clear();
        state.slow.clear();
    }

    /// Breaks every connection between two machines; what was in flight is lost. Returns how many.
    pub fn cut(&self, a: Place, b: Place) -> usize {
        let mut state = self.state();
        let between = |p: &&mut Pipe| (p.from, p.to) == (a, b) || (p.from, p.to) == (b, a);
        state.pipes.values_mut().filter(between).map(Pipe::break_off).count()
    }

    /// A machine loses its power: nobody hears of it before they try.
    pub fn silence(&self, place: Place) {
        let mut state = self.state();
        state.listeners.remove(&place);
        for pipe in state.pipes.values_mut() {
            if pipe.to == place {
                pipe.lost = true;
                pipe.flight.clear();
            } else if pipe.from == place {
                pipe.deaf = true;
            }
        }
    }

    /// A machine is back, and knows nothing of what was open.
    pub fn wake(&self, place: Place) {
        let mut state = self.state();
        for pipe in state.pipes.values_mut().filter(|p| p.lost && p.to == place) {
            pipe.deaf = true;
        }
    }

    /// Says again, on a connection of its own, what a client once said; nobody hears the answers. Returns whose conversation it was.
    pub fn repeat(&self) -> Option<(Place, Place)> {
        let mut state = self.state();
        let count = state.conversations.len();
        let which = (count > 0).then(|| state.rng.usize(..count))?;
        let (from, to, said) = state.conversations.get(which).cloned()?;
        let now = state.now;
        let way = state.way(from, to);
        state.open(self, way).ok()?;
        if let Some(pipe) = state.pipes.get_mut(&way) {
            pipe.said = None;
            pipe.flight.extend(said.chunks(1 << 14).map(|part| (now, part.to_vec())));
            pipe.finished = true;
        }
        if let Some(pipe) = state.pipes.get_mut(&way.other()) {
            pipe.lost = true;
        }
        Some((from, to))
    }
}

impl Way {
    fn other(self) -> Way {
        Way { back: !self.back, ..self }
    }

    /// What this direction draws from.
    fn rng(self, seed: u64) -> Rng {
        let [client, server, back] = [self.client, self.server, self.back.into()].map(u64::from);
        Rng::with_seed(seed ^ (client << 56 | server << 48 | u64::from(self.nth) << 1 | back))
    }
}

/// When what goes this way now arrives.
fn arrival(now: u64, slow: &BTreeSet<(Place, Place)>, link: (Place, Place), rng: &mut Rng) -> u64 {
    now + if slow.contains(&link) { rng.u64(500..4000) } else { rng.u64(1..25) }
}

impl State {
    /// The next connection that is asked for between two machines.
    fn way(&mut self, client: Place, server: Place) -> Way {
        let asked = self.asked.entry((client, server)).or_default();
        *asked += 1;
        Way { client, server, nth: *asked, back: false }
    }

    /// Connections that are over in both directions are remembered by what their client said.
    fn forget(&mut self) {
        let over = |way: Way| self.pipes.get(&way).is_none_or(Pipe::is_over);
        let gone: Vec<Way> = self.pipes.keys().copied().filter(|way| over(*way) && over(way.other())).collect();
        for way in gone {
            if let Some(Pipe { from, to, said: Some(said), .. }) = self.pipes.remove(&way) {
                self.conversations.push_back((from, to, said));
                if self.conversations.len() > CONVERSATIONS {
                    self.conversations.pop_front();
                }
            }
        }
    }

    /// A connection, whose server has its end.
    fn open(&mut self, net: &Net, way: Way) -> io::Result<()> {
        let refused = || io::Error::from(ErrorKind::ConnectionRefused);
        let listener = self.listeners.get(&way.server).ok_or_else(refused)?;
        let server = End { net: net.clone(), writes: way.other() };
        if let Err(unsent) = listener.send((Box::new(server), address(way.client))) {
            // It would ask for the state that is held here.
            std::mem::forget(unsent);
            return Err(refused());
        }
        let (there, back) = (way.rng(self.seed), way.other().rng(self.seed));
        self.pipes.insert(way, Pipe { said: Some(Vec::new()), ..Pipe::new(way.client, way.server, there) });
        self.pipes.insert(way.other(), Pipe::new(way.server, way.client, back));
        Ok(())
    }
}

impl Pipe {
    fn new(from: Place, to: Place, rng: Rng) -> Pipe {
        Pipe {
            from,
            to,
            rng,
            flight: VecDeque::new(),
            inbox: VecDeque::new(),
            finished: false,
            ended: false,
            reset: false,
            deaf: false,
            lost: false,
            said: None,
            reader: None,
        }
    }

    fn is_over(&self) -> bool {
        self.reset || (self.ended && self.inbox.is_empty()) || self.deaf
    }

    fn arrive(&mut self, now: u64) {
        let mut woken = false;
        while self.flight.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, bytes)) = self.flight.pop_front()
                && !self.deaf
            {
                self.inbox.extend(bytes);
                woken = true;
            }
        }
        if self.finished && self.flight.is_empty() && !self.ended {
            self.ended = true;
            woken = true;
        }
        if woken {
            self.tell();
        }
    }

    fn tell(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    fn break_off(&mut self) {
        self.reset = true;
        self.flight.clear();
        self.tell();
    }
}

/// One end of a connection.
struct End {
    net: Net,
    writes: Way,
}

impl AsyncRead for End {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.net.state();
        let Some(pipe) = state.pipes.get_mut(&self.writes.other()).filter(|p| !p.reset) else {
            return Poll::Ready(Err(ErrorKind::ConnectionReset.into()));
        };
        if !pipe.inbox.is_empty() {
            let count = buf.remaining().min(pipe.inbox.len());
            let bytes: Vec<u8> = pipe.inbox.drain(..count).collect();
            buf.put_slice(&bytes);
            return Poll::Ready(Ok(()));
        }
        if pipe.ended {
            return Poll::Ready(Ok(()));
        }
        pipe.reader = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl AsyncWrite for End {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut state = self.net.state();
        let State { now, slow, pipes, .. } = &mut *state;
        let broken = || Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        let Some(pipe) = pipes.get_mut(&self.writes) else { return broken() };
        let due = arrival(*now, slow, (pipe.from, pipe.to), &mut pipe.rng);
        if pipe.reset {
            return broken();
        }
        if pipe.deaf {
            pipe.break_off();
            if let Some(back) = pipes.get_mut(&self.writes.other()) {
                back.break_off();
            }
            return broken();
        }
        if !pipe.lost {
            let due = pipe.flight.back().map_or(due, |(last, _)| due.max(*last));
            pipe.flight.push_back((due, bytes.to_vec()));
            if let Some(said) = &mut pipe.said {
                said.extend(bytes);
            }
            if pipe.said.as_ref().is_some_and(|said| said.len() > REMEMBERED) {
                pipe.said = None;
            }
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(pipe) = self.net.state().pipes.get_mut(&self.writes) {
            pipe.finished = true;
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let mut state = self.net.state();
        if let Some(pipe) = state.pipes.get_mut(&self.writes) {
            pipe.finished = true;
        }
        if let Some(pipe) = state.pipes.get_mut(&self.writes.other()) {
            pipe.deaf = true;
            pipe.inbox.clear();
        }
    }
}
