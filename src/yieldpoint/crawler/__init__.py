"""A crawler: it follows a site's links, politely, and says what is broken.

``yieldpoint crawl`` is its command. Each module is one idea, and knows only those above
it:

- `yieldpoint.crawler.address`: one address has many spellings;
- `yieldpoint.crawler.body`: a body has a bound, packed and unpacked;
- `yieldpoint.crawler.fetch`: a request ends in time, and with a reason;
- `yieldpoint.crawler.retry`: some faults pass;
- `yieldpoint.crawler.robots`: what a host asks of robots;
- `yieldpoint.crawler.page`: what a page links to;
- `yieldpoint.crawler.hosts`: whom to ask next, and when;
- `yieldpoint.crawler.frontier`: what is known of every address, in a file;
- `yieldpoint.crawler.crawl`: a dispatcher, workers, a writer;
- `yieldpoint.crawler.report`, `yieldpoint.crawler.files`: what a crawl tells;
- `yieldpoint.crawler.command`: the command.

It needs what the extra ``crawler`` brings, by ``pip install ".[crawler]"`` in a
checkout: aiohttp speaks HTTP, turbohtml reads HTML, protego reads the rules of robots,
and idna the names of hosts.

Examples:
    >>> from yieldpoint.crawler.address import normalise
    >>> normalise("HTTP://Example.com:80/%7Euser")
    'http://example.com/~user'
"""
