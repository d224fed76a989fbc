//! Threads for what is made of pages. They are not rayon's: Typst spreads one sheet over rayon's pool, and a thread of
//! that pool which waits for its half of a sheet takes up the next sheet on top of it, until the stack is full.

use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Bytes of stack for a thread that parses, renders or typesets.
pub const STACK: usize = 16 << 20;

/// What `work` makes of each item, in their order; the items are taken up one by one by as many threads as the machine
/// has. A panic of `work` goes on in the caller.
pub fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let most = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let next = AtomicUsize::new(0);
    let one = || {
        let mut made = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return made };
            made.push((at, work(item)));
        }
    };
    let mut made = thread::scope(|scope| {
        let start = |_| thread::Builder::new().name("work".into()).stack_size(STACK).spawn_scoped(scope, one).ok();
        let threads: Vec<_> = (0..most).filter_map(start).collect();
        // A machine that gives no thread has this one.
        let mut made = if threads.is_empty() { one() } else { Vec::with_capacity(items.len()) };
        for thread in threads {
            made.extend(thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
        }
        made
    });
    made.sort_unstable_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use rayon::prelude::*;

    use super::each;

    thread_local!(static DEPTH: Cell<usize> = const { Cell::new(0) });

    #[test]
    fn a_thread_that_waits_takes_up_no_second_item() {
        let items: Vec<usize> = (0..64).collect();
        let depths = each(&items, |item| {
            let depth = DEPTH.get();
            DEPTH.set(depth + 1);
            (0..8).into_par_iter().for_each(|_| std::thread::sleep(Duration::from_millis(2)));
            DEPTH.set(depth);
            (*item, depth)
        });
        assert_eq!(depths, items.iter().map(|item| (*item, 0)).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_is_made_of_nothing() {
        assert!(each(&[], |item: &u8| *item).is_empty());
    }

    #[test]
    #[should_panic(expected = "item 3")]
    fn a_panic_goes_on_in_the_caller() {
        each(&[1, 2, 3, 4], |item| assert!(*item != 3, "item {item}"));
    }
}
