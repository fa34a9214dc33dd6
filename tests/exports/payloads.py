"""Texts that try to run, load, link, spoof or break out of where they are printed.

Each one that would run sets the attribute `data-canary` on the page's root element.
"""

from __future__ import annotations

RUN = "document.documentElement.setAttribute('data-canary','fired')"
HOST = "canary.invalid"

PAYLOADS = (
    f"<script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea></details><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>",
    f'"><script>{RUN}</script>',
    f"'><script>{RUN}</script>",
    f"<scr<script>ipt>{RUN}</script>",
    f"<SCRIPT/x>{RUN}</SCRIPT>",
    f'<img src=x onerror="{RUN}">',
    f'" onmouseover="{RUN}" x="',
    f"' onfocus={RUN} autofocus='",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<math><mtext><img src=x onerror={RUN}></mtext></math>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f'<iframe src="javascript:{RUN}"></iframe>',
    f'<a href="javascript:{RUN}">x</a>',
    f'<object data="http://{HOST}/o"></object>',
    f'<embed src="http://{HOST}/e">',
    f'<img src="http://{HOST}/i.png">',
    f'<link rel=stylesheet href="http://{HOST}/s.css">',
    f'<meta http-equiv=refresh content="0;url=http://{HOST}/">',
    f'<base href="http://{HOST}/">',
    f'<form action="http://{HOST}/"><input name=q></form>',
    f'<video poster="http://{HOST}/p"><source src="http://{HOST}/v"></video>',
    f"<style>@import 'http://{HOST}/i.css';</style>",
    f'<p style="background:url(http://{HOST}/b)">x</p>',
    f"<template><img src=x onerror={RUN}></template>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    "{{ 7 * 7 }}{% include 'dossier.css' %}",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"\u202e<script>{RUN}</script>\u2066",
    f"\x00<scr\x00ipt>{RUN}</script>",
    f"＜script＞{RUN}＜/script＞",
    f"@<img src=x onerror={RUN}> #<svg/onload={RUN}> http://{HOST}/<script>{RUN}</script>",
    f"\u2028<script>{RUN}</script>\ufeff\u200b",
)
