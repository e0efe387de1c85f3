/** Light theme of the product on A4; fonts of the reader's system, since nothing may be loaded. */
export const reportStyle = `
@page{size:A4;margin:14mm 14mm 12mm}
*{box-sizing:border-box}
html{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0 auto;max-width:182mm;color:#12181D;background:#fff;font:13px/20px "IBM Plex Sans",system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:20px;line-height:28px;font-weight:600;margin:0 0 4px}
h2{font-size:16px;line-height:24px;font-weight:600;margin:24px 0 8px}
h2:first-child{margin-top:0}
h3{font-size:14px;line-height:20px;font-weight:600;margin:16px 0 4px;break-after:avoid}
h3 .quiet{font-weight:400}
p{margin:0 0 12px}
.verdict{font-size:16px;line-height:24px;font-weight:500;margin-bottom:12px}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-size:12px;line-height:16px;font-weight:400;color:#606B75;padding:4px 8px 4px 0;border-bottom:1px solid #DFE3E7}
td{padding:4px 8px 4px 0;border-bottom:1px solid #DFE3E7;vertical-align:top}
.levels td{vertical-align:middle;padding-top:3px;padding-bottom:3px}
.domain th{font-size:13px;font-weight:600;color:#12181D;padding-top:10px}
.gauge{display:block}
.key{display:flex;gap:12px;align-items:center;font-size:12px;line-height:16px;color:#434D56;margin-top:12px}
.key .gauge{flex:none}
.code,code{font:12px/20px "IBM Plex Mono",ui-monospace,monospace;color:#606B75;white-space:nowrap}
td code,li code{white-space:normal;overflow-wrap:anywhere;font-size:11px;line-height:16px}
.quiet{color:#434D56;font-size:12px;line-height:16px}
.below,.bad{color:#B8321A;font-weight:500}
.unknown-word,.unseen{color:#5D55B0}
.bad,.unseen{width:32mm}
.number{text-align:right;padding-right:16px;width:12mm}
ol{margin:0 0 12px;padding-left:20px}
li{margin-bottom:12px;break-inside:avoid}
tr{break-inside:avoid}
footer{margin-top:12px;font-size:12px;line-height:16px;color:#606B75}
.page{break-after:page;padding-bottom:8px}
@media screen{body{padding:24px}.page{border-bottom:1px solid #DFE3E7;margin-bottom:24px}}
`;
