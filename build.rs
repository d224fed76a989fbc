//! The default theme and the starter project are built into the binary; a change in either rebuilds it.

fn main() {
    println!("cargo:rerun-if-changed=themes/default");
    println!("cargo:rerun-if-changed=src/commands/starter");
}
