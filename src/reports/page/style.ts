/** The style of the report: fonts of the system, light or dark as the reader has it, one column on a telephone, and print. */
export const pageStyle = `
:root{color-scheme:light dark;--back:#fff;--raised:#f5f6f8;--text:#1c2024;--soft:#545c66;--line:#d3d8de;--accent:#0b57a4;--right:#17692f;--wrong:#a8261a}
@media (prefers-color-scheme:dark){:root{--back:#14171b;--raised:#1d2126;--text:#e7eaee;--soft:#a9b2bd;--line:#3a424b;--accent:#86bcff;--right:#67d08a;--wrong:#ff9a8d}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:74rem;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;overflow-wrap:break-word}
h1,h2,h3{line-height:1.2;overflow-wrap:anywhere}
h1{margin:0;font-size:1.9rem}
h2{margin:3rem 0 1rem;padding-top:1rem;border-top:2px solid var(--line);font-size:1.45rem}
h3{margin:0 0 .5rem;font-size:1.1rem}
p{max-width:48rem;margin:.5rem 0}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
main:focus{outline:none}
.skip{position:absolute;left:-100rem}
.skip:focus{position:static;display:inline-block;padding:.5rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1rem 0 0;padding:0;list-style:none}
nav a{display:inline-block;padding:.25rem 0}
section.table{margin:0 0 2rem}
figure{margin:0}
section.folded{margin:0 0 1rem}
section.folded h3{margin:0}
.scroll{position:relative;overflow-x:auto}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
caption{padding:0 0 .5rem;text-align:left;font-weight:600}
caption>span{position:sticky;left:0;display:inline-block;max-width:min(48rem,calc(100vw - 2rem))}
.source{color:var(--soft);font-weight:400}
th,td{padding:.25rem .6rem;text-align:left;vertical-align:top;font-weight:400}
thead th{vertical-align:bottom;font-weight:600;border-bottom:2px solid var(--line)}
tbody tr:first-child>*{border-top:1px solid var(--line)}
tbody tr:not(:first-child) td,tbody tr:not(:first-child) th{border-top:0}
.card tbody tr>*,main>section>.scroll tbody tr>*{border-top:1px solid var(--line)!important}
.figure{text-align:right;white-space:nowrap}
thead .figure{white-space:normal;min-width:4.5rem}
tr.ours>*,tr.difference>*{font-weight:600}
th[scope=rowgroup]{font-weight:600}
.note{font-size:.75rem;white-space:nowrap}
.notes{padding-left:1.5rem;color:var(--soft);font-size:.875rem}
.notes li{max-width:60rem}
small{color:var(--soft)}
.card{margin:1.25rem 0;padding:1rem;border:1px solid var(--line);border-radius:.5rem;background:var(--raised);scroll-margin-top:1rem}
summary{padding:.25rem 0;cursor:pointer}
dl{margin:.25rem 0 .75rem;font-size:.875rem}
dl>div{display:grid;grid-template-columns:minmax(8rem,13rem) minmax(0,1fr);gap:0 1rem;padding:.15rem 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
dd ol{margin:0;padding-left:2rem}
code{font:.85em ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
figure img{display:block;min-width:38rem;max-width:100%;height:auto}
form{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem 1rem;padding:1rem;border:1px solid var(--line);border-radius:.5rem;background:var(--raised)}
form div{display:grid;gap:.2rem;align-content:start;min-width:0}
form .wide{grid-column:1/-1}
label{font-size:.875rem;font-weight:600}
select,input,button{width:100%;min-height:2.4rem;padding:.3rem .6rem;border:1px solid var(--soft);border-radius:.3rem;background:var(--back);color:var(--text);font:inherit;font-size:1rem}
select:disabled{border-style:dashed;color:var(--soft)}
button{width:auto;cursor:pointer}
button[aria-disabled=true]{border-style:dashed;color:var(--soft);cursor:default}
.pager{display:flex;gap:1rem;align-items:center;margin:.75rem 0}
.pager[hidden]{display:none}
#example-list{margin:0;padding:0;list-style:none}
#example-list>li{border-top:1px solid var(--line)}
#example-list>li>details>summary{display:grid;grid-template-columns:4.5rem 5rem minmax(0,1fr) minmax(0,1fr) 6rem;gap:0 1rem;padding:.4rem .25rem .4rem 0;list-style:none}
#example-list summary::-webkit-details-marker{display:none}
#example-list .number::before{content:"▸ ";color:var(--soft)}
#example-list [open]>summary .number::before{content:"▾ "}
#example-list dl{padding:0 .5rem .5rem 1.25rem}
.expected{grid-column:3}
.said{grid-column:4}
.value{grid-column:5;text-align:right;font-variant-numeric:tabular-nums}
.label{display:block;color:var(--soft);font-size:.75rem}
.text{overflow-wrap:anywhere;white-space:pre-wrap;background:var(--raised);border-radius:.2rem}
summary .text{display:-webkit-box;max-height:6em;overflow:hidden;-webkit-box-orient:vertical;-webkit-line-clamp:4}
[open]>summary .text{display:inline;max-height:none}
.right{color:var(--right);font-weight:600}
.wrong{color:var(--wrong);font-weight:600}
footer{margin-top:3rem;border-top:2px solid var(--line);color:var(--soft)}
@media (max-width:40rem){
dl>div{grid-template-columns:1fr;padding:.3rem 0}
#example-list>li>details>summary{grid-template-columns:1fr 1fr auto}
.expected,.said{grid-column:1/-1;display:grid;grid-template-columns:4.5rem minmax(0,1fr);align-items:baseline}
th,td{padding:.25rem .35rem}
.value{grid-column:3;grid-row:1}
}
@media print{
:root{color-scheme:light;--back:#fff;--raised:#fff;--text:#000;--soft:#444;--line:#aaa;--accent:#000;--right:#000;--wrong:#000}
body{max-width:none;padding:0;font-size:.8rem}
nav,form,.skip,.pager{display:none}
.scroll{overflow:visible}
table{font-size:.6rem}
th,td{padding:.1rem .3rem}
h2,h3,summary{break-after:avoid}
.card,figure,tbody{break-inside:avoid}
figure img{min-width:0}
details::details-content{content-visibility:visible;block-size:auto}
}
`;
