<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/passport/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:PassportRequest">
    <t:PassportResponse><t:State>VALID</t:State></t:PassportResponse>
  </xsl:template>
</xsl:stylesheet>
