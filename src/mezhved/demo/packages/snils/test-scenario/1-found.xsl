<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/snils/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:SnilsRequest">
    <t:SnilsResponse><t:Snils>99000000153</t:Snils></t:SnilsResponse>
  </xsl:template>
</xsl:stylesheet>
