"""Links that download, and links that leave: what both tell before they are followed."""

import re
import urllib.parse

# Feeds and the sitemap change with the site and are read by programs: they tell their type alone.
PROGRAMS = {"xml": "(Atom|XML)"}
SIZE = re.compile(r"(\d+(?:\.\d)?) (B|KB|MB)")
LINKS = """[...document.querySelectorAll('a[href]')].map((a) => [a.getAttribute('href'), a.protocol, a.hostname,
  a.textContent.replace(/\\s+/g, ' ').trim(), (a.closest('li') || a).textContent.replace(/\\s+/g, ' ').trim(),
  a.hasAttribute('data-leave')])"""


# Clicks every link to another host, and says what came of it; nothing is followed. A closed dialog says so later.
CLICKS = """(async () => {
  const seen = [];
  const stop = (event) => event.preventDefault();
  window.addEventListener("click", stop);
  for (const link of document.querySelectorAll("a[href]")) {
    if (!/^https?:$/.test(link.protocol)) continue;
    link.click();
    const dialog = document.querySelector("dialog[open]");
    const named = Boolean(dialog) && dialog.textContent.includes(link.href) && dialog.contains(document.activeElement);
    if (dialog) {
      const closed = new Promise((done) => dialog.addEventListener("close", () => setTimeout(done)));
      dialog.close();
      await closed;
    }
    const back = !document.querySelector("dialog") && (document.activeElement === link || !link.checkVisibility());
    seen.push([link.href, link.hostname, Boolean(dialog), named, back]);
  }
  window.removeEventListener("click", stop);
  return seen;
})()"""


def downloads(house):
    """Every link to a file tells its type and its size, as they are"""
    faults, count = [], 0
    with house.tab() as tab:
        tab.scripts(False)
        for page in house.pages:
            if page == "404.html":
                continue
            tab.open(house.disk(page))
            for href, protocol, _, text, around, _ in tab.run(LINKS):
                path = urllib.parse.unquote(urllib.parse.urlsplit(href).path)
                ending = path.rsplit(".", 1)[-1].lower() if "." in path.rsplit("/", 1)[-1] else ""
                if protocol != "file:" or ending in ("", "html"):
                    continue
                count += 1
                faults += [f"{page}: “{text}” ({path.rsplit('/', 1)[-1]}) {fault}"
                           for fault in file_faults((house.out / page).parent / path, ending, text, around)]
    if count < 300:
        faults.append(f"only {count} links to files were seen")
    return faults, f"{count} links"


def file_faults(path, ending, text, around):
    """What a link does not tell of its file; what stands beside it in its entry of a list counts."""
    if ending in PROGRAMS:
        return [] if re.search(PROGRAMS[ending], text) else ["does not tell its type"]
    faults = [] if ending.upper() in around.upper() else ["does not tell its type"]
    size, told = path.stat().st_size, SIZE.findall(around)
    if not told:
        return faults + ["does not tell its size"]
    if words(size) not in [" ".join(part) for part in told]:
        faults.append(f"tells another size than {words(size)}")
    return faults


def words(size):
    """`512 B`, `120 KB`, `1.2 MB`, rounded up."""
    if size < 1024:
        return f"{size} B"
    if size < 1 << 20:
        return f"{-(-size // 1024)} KB"
    tenths = -(-size * 10 // (1 << 20))
    return f"{tenths // 10}.{tenths % 10} MB"


def asking(house):
    """Links that leave the site ask first, but for government sites; without scripts they say that they leave"""
    faults, counts = [], {True: 0, False: 0}
    home = urllib.parse.urlsplit(house.base).hostname
    with house.tab() as tab:
        for scripts in (True, False):
            tab.scripts(scripts)
            for page in house.resting:
                tab.open(house.disk(page))
                if not scripts:
                    for href, protocol, host, text, _, marked in tab.run(LINKS):
                        if protocol in ("http:", "https:") and host != home:
                            counts[False] += 1
                            faults += [f"{page}: “{text}” leads to {href} and {fault}" for fault in unmarked(host, text, marked)]
                    continue
                for href, host, asked, named, focused in tab.run(CLICKS):
                    if host == home:
                        continue
                    counts[True] += 1
                    governmental = host.endswith(".gov.cn")
                    if asked == governmental:
                        faults.append(f"{page}: {href} {'asks' if asked else 'leaves without a question'}")
                    elif asked and not (named and focused):
                        faults.append(f"{page}: the question about {href} does not name it, or loses the place")
    if counts[True] < 6 or counts[True] != counts[False]:
        faults.append(f"{counts[True]} links were clicked, {counts[False]} read")
    return faults, f"{counts[True]} links"


def unmarked(host, text, marked):
    """What a link that leaves does not say."""
    faults = [] if marked else ["is not marked as leaving"]
    return faults + ([] if host.endswith(".gov.cn") or "外部网站" in text else ["does not say so"])
