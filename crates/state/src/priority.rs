/// Lets other threads go first where there are fewer processors than threads with work to do: the calling thread is nicer by so
/// much, in the sense of `nice(2)`. On Linux, where that is a property of threads; nothing happens elsewhere.
pub fn be_nicer(by: i32) {
    #[cfg(target_os = "linux")]
    // to be nicer is never refused
    let _ = rustix::process::nice(by);
    #[cfg(not(target_os = "linux"))]
    let _ = by;
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Of the calling thread, as the system tells it.
    fn niceness() -> Option<i32> {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").ok()?;
        let (_, fields) = stat.rsplit_once(')')?;
        fields.split_whitespace().nth(16)?.parse().ok()
    }

    #[test]
    fn only_the_thread_that_asks_is_nicer() {
        let before = niceness().unwrap();
        let nicer = std::thread::spawn(|| {
            be_nicer(3);
            niceness()
        });
        assert_eq!(nicer.join().unwrap(), Some((before + 3).min(19)));
        assert_eq!(niceness(), Some(before));
    }
}
