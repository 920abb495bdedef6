//! A network made up of pipes. Bytes take their time, keep their order within a connection and nowhere else; links stall and go on, connections are
//! cut in the middle, machines go silent, and what a client once said is said again on another connection.
//!
//! A stalled link holds everything back and lets it through later, as TCP does with what it has to send again.

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

/// One direction of a connection.
struct Pipe {
    from: Place,
    to: Place,
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
    /// The other direction.
    back: u64,
    said: Option<Vec<u8>>,
    reader: Option<Waker>,
}

struct Dialled {
    from: Place,
    to: Place,
    due: u64,
    answer: oneshot::Sender<io::Result<Socket>>,
}

#[derive(Default)]
struct State {
    now: u64,
    rng: Rng,
    next: u64,
    pipes: BTreeMap<u64, Pipe>,
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
        net.state().rng = Rng::with_seed(seed);
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
            let due = state.arrival(from, to);
            state.dialled.push(Dialled { from, to, due, answer });
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
        let waiting = std::mem::take(&mut state.dialled);
        let mut answers = Vec::new();
        for dialled in waiting {
            let both = [(dialled.from, dialled.to), (dialled.to, dialled.from)];
            if dialled.due > now || both.iter().any(|way| state.stalled.contains(way)) {
                state.dialled.push(dialled);
                continue;
            }
            let opened = state.open(self, dialled.from, dialled.to);
            let end = |(writes, reads)| Box::new(End { net: self.clone(), writes, reads }) as Socket;
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
        let (there, back) = state.open(self, from, to).ok()?;
        if let Some(pipe) = state.pipes.get_mut(&there) {
            pipe.said = None;
            pipe.flight.extend(said.chunks(1 << 14).map(|part| (now, part.to_vec())));
            pipe.finished = true;
        }
        if let Some(pipe) = state.pipes.get_mut(&back) {
            pipe.lost = true;
        }
        Some((from, to))
    }
}

impl State {
    fn arrival(&mut self, from: Place, to: Place) -> u64 {
        let slow = self.slow.contains(&(from, to));
        self.now + if slow { self.rng.u64(500..4000) } else { self.rng.u64(1..25) }
    }

    /// Connections that are over in both directions are remembered by what their client said.
    fn forget(&mut self) {
        let over = |id: &u64| self.pipes.get(id).is_none_or(Pipe::is_over);
        let gone: Vec<u64> =
            self.pipes.iter().filter(|(id, pipe)| over(id) && over(&pipe.back)).map(|(id, _)| *id).collect();
        for id in gone {
            if let Some(Pipe { from, to, said: Some(said), .. }) = self.pipes.remove(&id) {
                self.conversations.push_back((from, to, said));
                if self.conversations.len() > CONVERSATIONS {
                    self.conversations.pop_front();
                }
            }
        }
    }

    /// A connection, whose server has its end; the two directions.
    fn open(&mut self, net: &Net, from: Place, to: Place) -> io::Result<(u64, u64)> {
        let refused = || io::Error::from(ErrorKind::ConnectionRefused);
        let listener = self.listeners.get(&to).ok_or_else(refused)?;
        let (there, back) = (self.next, self.next + 1);
        let server = End { net: net.clone(), writes: back, reads: there };
        if let Err(unsent) = listener.send((Box::new(server), address(from))) {
            // It would ask for the state that is held here.
            std::mem::forget(unsent);
            return Err(refused());
        }
        self.next += 2;
        self.pipes.insert(there, Pipe { said: Some(Vec::new()), ..Pipe::new(from, to, back) });
        self.pipes.insert(back, Pipe::new(to, from, there));
        Ok((there, back))
    }
}

impl Pipe {
    fn new(from: Place, to: Place, back: u64) -> Pipe {
        Pipe {
            from,
            to,
            flight: VecDeque::new(),
            inbox: VecDeque::new(),
            finished: false,
            ended: false,
            reset: false,
            deaf: false,
            lost: false,
            back,
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
    writes: u64,
    reads: u64,
}

impl AsyncRead for End {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.net.state();
        let Some(pipe) = state.pipes.get_mut(&self.reads).filter(|p| !p.reset) else {
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
        let state = &mut *state;
        let broken = || Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        let Some((from, to)) = state.pipes.get(&self.writes).map(|p| (p.from, p.to)) else { return broken() };
        let due = state.arrival(from, to);
        let Some(pipe) = state.pipes.get_mut(&self.writes) else { return broken() };
        if pipe.reset {
            return broken();
        }
        if pipe.deaf {
            pipe.break_off();
            if let Some(back) = state.pipes.get_mut(&self.reads) {
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
        if let Some(pipe) = state.pipes.get_mut(&self.reads) {
            pipe.deaf = true;
            pipe.inbox.clear();
        }
    }
}
