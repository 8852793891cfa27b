<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/passport/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:PassportRequest">
    <t:PassportResponse><t:State>INVALID</t:State><t:Reason>Заменён в связи с достижением возраста</t:Reason><t:InvalidSince>2025-01-31</t:InvalidSince></t:PassportResponse>
  </xsl:template>
</xsl:stylesheet>
